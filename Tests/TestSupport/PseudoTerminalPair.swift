public import System

/// Two serial ports with a cable between them; they go away with it.
public final class PseudoTerminalPair: Sendable {
  private let ends: [PseudoTerminal]
  private let stops: [Wakeup]
  private let threads: [Thread]

  /// A cable that carries bytes as fast as they come.
  public init() throws(Errno) {
    let (one, other) = (try PseudoTerminal(), try PseudoTerminal())
    ends = [one, other]
    let (forth, back) = (try Wakeup(), try Wakeup())
    stops = [forth, back]
    threads = [
      try PseudoTerminalPair.carry(from: one, to: other, until: forth),
      try PseudoTerminalPair.carry(from: other, to: one, until: back),
    ]
  }

  deinit {
    for stop in stops { stop.ring() }
    for thread in threads { thread.join(within: .seconds(5)) }
  }

  /// The ports' paths.
  public var paths: (String, String) { (ends[0].path, ends[1].path) }

  private static func carry(
    from one: PseudoTerminal, to other: PseudoTerminal, until stop: Wakeup
  ) throws(Errno) -> Thread {
    try Thread("cable") {
      do throws(Errno) {
        while let bytes = try one.receiveSome(within: Poll.idle, or: stop) { other.send(bytes) }
      } catch {
        // The cable is pulled.
      }
    }
  }
}
