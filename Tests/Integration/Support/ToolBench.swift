import TestSupport
import Testing

/// A broker, and lines of shell beside it.
final class ToolBench {
  let workplace: Workplace
  let broker: Mosquitto

  /// - Parameters:
  ///   - more: further lines of the broker's configuration.
  ///   - prepare: lines of shell that make what they name.
  init(more: String = "", prepare: String = ":") async throws {
    workplace = try Workplace()
    broker = try Mosquitto(in: workplace, more: more)
    let shell = try workplace.start("/bin/sh", ["-ec", prepare])
    #expect(try await shell.waitForEnd(within: .seconds(10)) == 0, "\(shell.output)")
    try await broker.start()
  }

  /// Runs lines of shell, where `$P` is the broker's port.
  func start(_ script: String) throws -> ChildProcess {
    try workplace.start(
      "/bin/sh",
      [
        "-c",
        """
        P=\(broker.port)
        pub() { '\(Workplace.godwit)' pub -h 127.0.0.1 "$@"; }
        sub() { '\(Workplace.godwit)' sub -h 127.0.0.1 "$@"; }
        \(script)
        """,
      ])
  }

  /// The same, to their end.
  func run(_ script: String) async throws -> (status: Int32?, output: String) {
    let process = try start(script)
    return (try await process.waitForEnd(within: .seconds(60)), process.output)
  }

  /// Starts a subscriber and returns when it has subscribed, as the broker logs it.
  func subscribe(_ script: String, until subscribed: String) async throws -> ChildProcess {
    let process = try start("exec 2>&1; \(script)")
    #expect(
      try await eventually { broker.log.contains(subscribed) }, "\(broker.log) \(process.output)")
    return process
  }
}
