import Foundation
import TestSupport
import Testing

/// What the program does with secrets, and who may read what it writes.
struct SecretTests {
  private static func configuration(_ password: String) -> String {
    """
    gateway: barn
    broker: { url: "mqtt://127.0.0.1:1", username: barn, password: \(password) }
    queue: { path: queue }
    buses: {}
    devices: {}

    """
  }

  private static func permit(_ mode: Int, _ path: String) throws {
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
  }

  private static func permissions(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test(arguments: [
    (0o644, "hunter2", true), (0o640, "hunter2", false), (0o644, "!credential p", false),
  ])
  func `a secret in a file that all may read is warned about`(
    mode: Int, password: String, warns: Bool
  ) async throws {
    let workplace = try Workplace()
    try workplace.write(Self.configuration(password), to: "godwit.yaml")
    try Self.permit(mode, workplace.path("godwit.yaml"))
    let check = try workplace.start(Workplace.godwit, ["check", "--config", "godwit.yaml"])
    #expect(try await check.waitForEnd(within: .seconds(10)) == 0, "\(check.output)")
    #expect(check.output.contains("godwit.yaml:2:") == warns, "\(check.output)")
    #expect(!check.output.contains("hunter2"))
  }

  @Test func `files and folders are not for others, and the log has no secret`() async throws {
    let workplace = try Workplace()
    try workplace.write(Self.configuration("!credential mqtt-password"), to: "godwit.yaml")
    try workplace.write("hunter2\n", to: "mqtt-password")
    // The queue goes with this umask as with any.
    let gateway = try workplace.start(
      "/bin/sh",
      [
        "-c",
        "umask 0; CREDENTIALS_DIRECTORY='\(workplace.folder.path)' exec \(Workplace.godwit) run "
          + "--config godwit.yaml --log-level debug",
      ])
    #expect(try await eventually { gateway.output.contains("started") }, "\(gateway.output)")
    gateway.signal(SIGTERM)
    #expect(try await gateway.waitForEnd(within: .seconds(10)) == 0, "\(gateway.output)")
    #expect(!gateway.output.contains("hunter2"))

    let queue = workplace.path("queue")
    #expect(try Self.permissions(queue) == 0o750)
    let names = try FileManager.default.subpathsOfDirectory(atPath: queue)
    #expect(!names.isEmpty)
    for name in names {
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: "\(queue)/\(name)", isDirectory: &isFolder)
      #expect(
        try Self.permissions("\(queue)/\(name)") == (isFolder.boolValue ? 0o750 : 0o640), "\(name)")
    }
  }

  @Test func `without its credential the gateway does not start`() async throws {
    let workplace = try Workplace()
    try workplace.write(Self.configuration("!credential mqtt-password"), to: "godwit.yaml")
    let gateway = try workplace.startGateway()
    #expect(try await gateway.waitForEnd(within: .seconds(10)) == 2)
    #expect(
      gateway.output.hasPrefix("godwit.yaml:2:") && gateway.output.contains("LoadCredential="),
      "\(gateway.output)")
    #expect(!FileManager.default.fileExists(atPath: workplace.path("queue")))
  }
}
