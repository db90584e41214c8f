import Foundation
import Glibc
import TestSupport

/// A small Debian that systemd has booted, with the gateway installed as the package does it, on a
/// User-Mode Linux kernel and a disk of its own. See docs/service.md.
///
/// What is in `work` is seen from both sides under the same path. It is off when this object goes, and
/// nothing of it stays.
final class BootedDebian {
  /// What it could not do.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  /// The files that each of them begins with; they are made where they are missing.
  private static let kernel = Result { try made(by: "build-rig-kernel") }
  private static let disk = Result { try made(by: "build-service-disk") }

  let work: URL
  private let process: ChildProcess
  private var number = 0

  private static func made(by script: String) throws -> String {
    let output = FileManager.default.temporaryDirectory
      .appendingPathComponent("godwit-\(script)-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: output) }
    let builder = try ChildProcess(
      root.appendingPathComponent("scripts/\(script)").path, [], output: output, directory: root)
    guard builder.waitForEnd() == 0, let path = builder.output.split(separator: "\n").last else {
      throw Failure(description: "\(script): \(builder.output)")
    }
    return String(path)
  }

  /// Boots one and installs the gateway there.
  /// - Parameter limit: after so many seconds it is killed, whatever it does.
  init(limit: Int = 240) async throws {
    let kernel = try Self.kernel.get()
    let disk = try Self.disk.get()
    work = FileManager.default.temporaryDirectory
      .appendingPathComponent("godwit-service-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: work.appendingPathComponent("commands"), withIntermediateDirectories: true)
    process = try ChildProcess(
      Self.root.appendingPathComponent("Tests/Rig/Guest/boot").path,
      [
        "\(limit)", "256", work.path, "\(kernel)/linux", "root=/dev/ubda", "rw", "con=null",
        "con0=fd:0,fd:1", "quiet", "panic=-1", "ubd0=\(work.path)/disk,\(disk)",
        "godwit_work=\(work.path)", "godwit_root=\(Self.root.path)", "godwit_kernel=\(kernel)",
      ], output: work.appendingPathComponent("console"), hasInput: true, directory: work)
    let isReady = try await eventually(within: .seconds(90)) {
      process.hasEnded || process.output.contains("virtual Pi: ready")
    }
    guard isReady, !process.hasEnded else {
      throw Failure(description: "the Debian does not boot: \(process.output)")
    }
    try await run("install_godwit", within: .seconds(60))
  }

  deinit {
    if !process.hasEnded { process.signal(SIGTERM) }
    _ = process.waitForEnd()
    try? FileManager.default.removeItem(at: work)
  }

  func write(_ text: String, to name: String) throws {
    try text.write(to: work.appendingPathComponent(name), atomically: true, encoding: .utf8)
  }

  /// Does shell commands in it, as root, with the functions of both Guest/lib.sh.
  /// - Returns: what they wrote, without the last line feed.
  /// - Throws: `Failure` where their status is not 0, with the gateway's log.
  @discardableResult
  func run(_ commands: String, within limit: Duration = .seconds(60)) async throws -> String {
    number += 1
    let base = work.appendingPathComponent("commands/\(number)").path
    try write(commands + "\n", to: "commands/\(number)")
    let line = Array("\(number)\n".utf8)
    guard send(process.input, line, line.count, Int32(MSG_NOSIGNAL)) == line.count else {
      throw Failure(description: "the Debian is off: \(process.output)")
    }
    func text(_ suffix: String) -> String? {
      try? String(contentsOfFile: "\(base).\(suffix)", encoding: .utf8)
    }
    _ = try await eventually(within: limit) { text("status") != nil || process.hasEnded }
    let status = text("status")?.trimmingCharacters(in: .whitespacesAndNewlines)
    let output = text("out") ?? ""
    guard status == "0" else {
      let log =
        commands.contains("journalctl")
        ? "" : (try? await run("journalctl -u godwit --no-pager -n 30")) ?? ""
      throw Failure(
        description: "'\(commands)' ended with \(status ?? "nothing"): \(output)\n\(log)")
    }
    return output.hasSuffix("\n") ? String(output.dropLast()) : output
  }

  /// Writes the configuration of a gateway called barn with a meter, and `more` after it.
  func configure(every interval: String = "200 ms", more: String = "") async throws {
    try write(
      """
      gateway: barn
      broker: { url: "mqtt://127.0.0.1", reconnect-max: 1 s }
      clock: kernel
      queue: { durability: every 100 ms }
      buses: { line: { modbus-tcp: 127.0.0.1, port: 1502 } }
      devices:
        meter: { profile: eastron-sdm630, bus: line, every: \(interval), batch: 0 s, points: [power] }
      \(more)
      """, to: "godwit.yaml")
    try await run("install -m 640 -g godwit godwit.yaml /etc/godwit/godwit.yaml")
  }

  /// Starts broker, meter and gateway, and waits for readings.
  func startGateway() async throws {
    try await configure()
    try await run("start_peers && systemctl start godwit && await 30 is_above 2")
  }
}
