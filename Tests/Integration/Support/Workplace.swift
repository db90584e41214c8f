import Foundation
import Glibc

/// A temporary folder with what a test runs in it: the gateway, a broker, meters, a subscriber.
final class Workplace {
  let folder: URL
  private var names: [String: Int] = [:]

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("godwit-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)
  }

  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The release binary: what people install is what is tested.
  static let godwit = root.appendingPathComponent("build/godwit").path
  static let profiles = root.appendingPathComponent("device-profiles").path
  static let python = root.appendingPathComponent(".build/python-peers/bin/python").path

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  /// A new output file each time a program of that name is started.
  private func output(_ name: String) -> URL {
    names[name, default: 0] += 1
    return folder.appendingPathComponent("\(name)-\(names[name, default: 0]).log")
  }

  func start(_ program: String, _ arguments: [String], name: String? = nil) throws -> ChildProcess {
    let name = name ?? URL(fileURLWithPath: program).lastPathComponent
    return try ChildProcess(program, arguments, output: output(name), directory: folder)
  }

  func write(_ text: String, to name: String) throws {
    try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
  }

  func startGateway(_ configuration: String = "godwit.yaml", report: String = "100ms") throws
    -> ChildProcess
  {
    try start(
      Self.godwit,
      ["run", "--config", configuration, "--profiles", Self.profiles, "--report", report])
  }
}

/// A TCP port of the loopback that nothing listens on at the moment.
func freePort() throws -> UInt16 {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(descriptor) }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  var length = socklen_t(MemoryLayout<sockaddr_in>.size)
  let bound = withUnsafeMutablePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
    }
  }
  guard bound else { throw ChildProcess.SpawnError(program: "bind", code: errno) }
  return UInt16(bigEndian: address.sin_port)
}

/// Whether something accepts connections at a port of the loopback.
func isOpen(_ port: UInt16) -> Bool {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(descriptor) }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  address.sin_port = port.bigEndian
  return withUnsafePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
    }
  }
}
