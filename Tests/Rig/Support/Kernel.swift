import Foundation
import TestSupport

/// The kernel of the virtual Pi and the programs that run on it.
enum Kernel {
  static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The release binary: what people install is what is tested.
  static let godwit = root.appendingPathComponent("build/godwit").path
  /// The regular flavour, as `swift build` leaves it.
  static let regularGodwit = root.appendingPathComponent(".build/debug/godwit").path
  static let profiles = root.appendingPathComponent("device-profiles").path
  static let python = root.appendingPathComponent(".build/python-peers/bin/python").path

  /// The folder with `linux` and its modules. Where there is none yet, it takes some minutes.
  static let folder = Result { try made(by: "build-rig-kernel") }
  /// The image of a booted Debian's disk, which is only read. Likewise.
  static let debianDisk = Result { try made(by: "build-service-disk") }

  /// What the script says in its last line: the path of what it has made.
  private static func made(by script: String) throws -> String {
    let output = FileManager.default.temporaryDirectory
      .appendingPathComponent("godwit-\(script)-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: output) }
    let builder = try ChildProcess(
      root.appendingPathComponent("scripts/\(script)").path, [], output: output, directory: root)
    guard builder.waitForEnd() == 0, let path = builder.output.split(separator: "\n").last else {
      throw VirtualPi.Failure(description: "\(script): \(builder.output)")
    }
    return String(path)
  }
}
