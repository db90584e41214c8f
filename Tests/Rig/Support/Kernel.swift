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
  static let folder = Result { try build() }

  private static func build() throws -> String {
    let output = FileManager.default.temporaryDirectory
      .appendingPathComponent("godwit-rig-kernel-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: output) }
    let script = root.appendingPathComponent("scripts/build-rig-kernel").path
    let builder = try ChildProcess(script, [], output: output, directory: root)
    guard builder.waitForEnd() == 0, let folder = builder.output.split(separator: "\n").last else {
      throw VirtualPi.Failure(description: "there is no kernel: \(builder.output)")
    }
    return String(folder)
  }
}
