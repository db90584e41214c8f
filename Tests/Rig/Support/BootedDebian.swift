import Foundation

/// A virtual Pi in which systemd has booted a small Debian from a disk of its own, with the gateway
/// installed there as the package does it. See docs/service.md.
final class BootedDebian {
  private let pi: VirtualPi

  /// Boots one and installs the gateway there.
  init() async throws {
    let disk = try Kernel.debianDisk.get()
    pi = try await VirtualPi(megabytes: 256, limit: 600) { work in
      ["root=/dev/ubda", "rw", "ubd0=\(work.path)/disk,\(disk)"]
    }
    try await run("install_godwit")
  }

  /// Does shell commands in it, as root, with the functions of Guest/lib.sh and Guest/debian/lib.sh.
  /// - Returns: what they wrote, without the last line feed.
  /// - Throws: `VirtualPi.Failure` where their status is not 0, with the gateway's log.
  @discardableResult
  func run(_ commands: String, within limit: Duration = .seconds(200)) async throws -> String {
    do {
      return try await pi.run(commands, within: limit)
    } catch {
      // The log is an extra: without it, the failure itself is still told.
      let log = try? await pi.run("journalctl -u godwit --no-pager -n 30")
      throw VirtualPi.Failure(description: "\(error)\n\(log ?? "(no log)")")
    }
  }

  /// Writes the configuration of a gateway called barn with a meter, and `more` after it.
  func configure(every interval: String = "200 ms", more: String = "") async throws {
    try pi.write(
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
    try await run("start_peers && systemctl start godwit && await 60 is_above 2")
  }
}
