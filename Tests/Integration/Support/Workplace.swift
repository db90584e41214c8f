import Foundation
import TestSupport

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
