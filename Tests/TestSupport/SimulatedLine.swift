public import System

/// A half-duplex serial line on a pseudo-terminal, at its true speed, with slaves that do what a test
/// says.
///
/// A byte takes its bit times on the line. Who talks while somebody else does is heard by nobody, and
/// what the other says comes out spoilt; both are counted.
public final class SimulatedLine: Sendable {
  /// A request for registers or bits, as the slaves have heard it.
  public struct Request: Equatable, Sendable {
    /// The eight bytes.
    public let bytes: [UInt8]
    /// The silence on the line before it; the time since the start for the first.
    public let gap: Duration

    /// Whom it is for.
    public var unit: UInt8 { bytes[0] }
    /// What is to be read.
    public var function: UInt8 { bytes[1] }
    /// The first address.
    public var address: UInt16 { UInt16(bytes[2]) << 8 | UInt16(bytes[3]) }
    /// How many.
    public var count: Int { Int(bytes[4]) << 8 | Int(bytes[5]) }

    /// The answer of a good slave: each register has its own address in it.
    public var answer: [UInt8] {
      let words = (0..<count).map { UInt16(truncatingIfNeeded: Int(address) + $0) }
      return rtuFrame(
        [unit, function, UInt8(2 * count)]
          + words.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] })
    }
  }

  /// Bytes that a slave sends, so long after the request, or after its bytes before.
  public struct Transmission: Sendable {
    let delay: Duration
    let bytes: [UInt8]

    /// - Parameter delay: the silence before it.
    public init(_ bytes: [UInt8], after delay: Duration = .zero) {
      self.bytes = bytes
      self.delay = delay
    }
  }

  /// What there was on the line.
  public struct Record: Sendable {
    /// What the slaves have heard.
    public var requests: [Request] = []
    /// How often somebody talked while somebody else did.
    public var collisions = 0
    /// What has come that is no request.
    public var noise: [UInt8] = []
  }

  private let terminal: PseudoTerminal
  private let state = Locked(Record())
  private let stop: Wakeup
  private let thread: Thread

  /// A line that is silent until somebody asks.
  /// - Parameters:
  ///   - baud: its speed; nil where bytes take no time.
  ///   - characterBits: the bits of a character, start and stop included.
  ///   - isEchoed: whether the one who asks hears himself.
  ///   - slaves: what is sent when a request has been heard.
  public init(
    baud: Int? = nil, characterBits: Int = 11, isEchoed: Bool = false,
    slaves: @escaping @Sendable (Request) -> [Transmission]
  ) throws(Errno) {
    let terminal = try PseudoTerminal()
    self.terminal = terminal
    let stop = try Wakeup()
    self.stop = stop
    let medium = Medium(
      terminal: terminal, state: state, stop: stop,
      byteTime: baud.map { .nanoseconds(Int64(characterBits) * 1_000_000_000 / Int64($0)) }
        ?? .zero,
      isEchoed: isEchoed, slaves: slaves)
    thread = try Thread("line") { medium.run() }
  }

  deinit {
    unplug()
  }

  /// Where it is to be opened as a serial port.
  public var path: String { terminal.path }

  /// What there has been on the line so far.
  public var record: Record { state.withLock { $0 } }

  /// The terminal, for what no slave would do.
  public var wire: PseudoTerminal { terminal }

  /// Ends the slaves; with the last reference the port goes away.
  public func unplug() {
    stop.ring()
    thread.join(within: .seconds(5))
  }
}

/// The line's own thread: takes requests off the terminal and puts the slaves' bytes on it, each when
/// its last bit would have passed.
private struct Medium: Sendable {
  let terminal: PseudoTerminal
  let state: Locked<SimulatedLine.Record>
  let stop: Wakeup
  let byteTime: Duration
  let isEchoed: Bool
  let slaves: @Sendable (SimulatedLine.Request) -> [SimulatedLine.Transmission]

  private static let requestLength = 8
  /// Bytes without a whole request for so long are noise.
  private static let patience: Duration = .milliseconds(50)

  func run() {
    do throws(Errno) {
      try serve()
    } catch {
      // The terminal is gone, and with it whoever would miss it.
    }
  }

  private func serve() throws(Errno) {
    var quietSince = Clock.sinceBoot
    var heard: [UInt8] = []
    while true {
      let limit = heard.isEmpty ? Poll.idle : Medium.patience
      guard let bytes = try terminal.receiveSome(within: limit, or: stop) else { return }
      let arrival = Clock.sinceBoot
      if bytes.isEmpty || heard.count + bytes.count > Medium.requestLength {
        state.withLock { [heard] in $0.noise += heard + bytes }
        heard = []
        continue
      }
      heard += bytes
      if heard.count < Medium.requestLength { continue }
      let request = SimulatedLine.Request(bytes: heard, gap: arrival - quietSince)
      heard = []
      quietSince = arrival + byteTime * Medium.requestLength
      guard rtuFrame(Array(request.bytes[..<6])) == request.bytes else {
        state.withLock { $0.noise += request.bytes }
        continue
      }
      state.withLock { $0.requests.append(request) }
      if isEchoed, try put(request.bytes, from: arrival) == nil { return }
      for transmission in slaves(request) {
        let start = quietSince + transmission.delay
        let rest = start - Clock.sinceBoot
        if rest > .zero, try Poll.wait(for: stop, timeout: rest) { return }
        guard let end = try put(transmission.bytes, from: start) else { return }
        quietSince = end
      }
    }
  }

  /// Puts bytes on the line one after the other.
  /// - Returns: when the last has passed; nil where it is to stop.
  private func put(_ bytes: [UInt8], from start: Duration) throws(Errno) -> Duration? {
    var end = start
    for (index, byte) in bytes.enumerated() {
      // By the line's own clock: a thread that was late once makes up for it, and a busy machine does
      // not make the line slower.
      let due = start + byteTime * (index + 1)
      Clock.sleep(for: due - Clock.sinceBoot)
      guard let talk = try terminal.receiveSome(within: .zero, or: stop) else { return nil }
      if !talk.isEmpty { state.withLock { $0.collisions += 1 } }
      // Before it is sent: whoever hears it cannot have measured less silence than there was.
      end = max(due, Clock.sinceBoot)
      terminal.send([talk.isEmpty ? byte : byte ^ 0xFF])
    }
    return end
  }
}
