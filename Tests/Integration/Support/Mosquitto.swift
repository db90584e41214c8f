import Foundation
import Glibc
import TestSupport
import Testing

/// Debian's broker on a port of its own; what it has acknowledged survives its being stopped.
final class Mosquitto {
  let port: UInt16
  private let name: String
  private let workplace: Workplace
  private var process: ChildProcess?

  /// - Parameters:
  ///   - name: tells several brokers of a workplace apart.
  ///   - more: further lines of its configuration.
  init(in workplace: Workplace, name: String = "broker", more: String = "") throws {
    self.workplace = workplace
    self.name = name
    let store = workplace.folder.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: store, withIntermediateDirectories: false)
    port = try freePort()
    let user = getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "root"
    try workplace.write(
      """
      listener \(port) 127.0.0.1
      allow_anonymous true
      user \(user)
      persistence true
      persistence_location \(store.path)/
      max_queued_messages 0
      max_inflight_messages 1000
      log_dest stderr
      log_type error
      log_type warning
      log_type subscribe
      \(more)
      """, to: "\(name).conf")
  }

  /// Where it is, as a configuration names it.
  var url: String { "\"mqtt://127.0.0.1:\(port)\"" }

  func start() async throws {
    process = try workplace.start("/usr/sbin/mosquitto", ["-c", workplace.path("\(name).conf")])
    let port = port
    #expect(try await eventually { isOpen(port) }, "\(process?.output ?? "")")
  }

  /// Everything that it has logged since it was started last.
  var log: String { process?.output ?? "" }

  /// Stops it in good order, for then it keeps its sessions and what they wait for.
  func stop() async throws {
    process?.signal(SIGTERM)
    _ = try await process?.waitForEnd(within: .seconds(30))
    process = nil
  }
}

/// A batch as it arrived.
struct Arrival: Equatable {
  let topic: String
  let payload: String

  var json: [String: Any] {
    (try? JSONSerialization.jsonObject(with: Data(payload.utf8))) as? [String: Any] ?? [:]
  }
  var id: String { json["id"] as? String ?? "" }
  var readings: [[String: Any]] { json["readings"] as? [[String: Any]] ?? [] }
}

/// Debian's mosquitto_sub, in a session that the broker keeps, so that it misses nothing that the
/// broker has acknowledged.
final class Subscriber {
  private let process: ChildProcess

  init(to broker: Mosquitto, in workplace: Workplace) async throws {
    process = try workplace.start(
      "/usr/bin/mosquitto_sub",
      [
        "-h", "127.0.0.1", "-p", "\(broker.port)", "-i", "test-subscriber", "-c", "-q", "1",
        "-t", "godwit/#", "-T", "godwit/+/$SYS/#", "-F", "%t %p",
      ])
    #expect(
      try await eventually { broker.log.contains("test-subscriber 1 godwit/#") }, "\(broker.log)")
  }

  var arrivals: [Arrival] {
    process.output.split(separator: "\n").compactMap { line in
      guard line.hasPrefix("godwit/"), let space = line.firstIndex(of: " ") else { return nil }
      return Arrival(
        topic: String(line[..<space]), payload: String(line[line.index(after: space)...]))
    }
  }
}
