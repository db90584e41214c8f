import Foundation

/// The temporary folder of the brokers: their certificates, configurations, stores and logs.
final class Workshop: Sendable {
  let folder: URL

  /// The name and the password that every broker lets in. The name is in the client's certificate
  /// too.
  static let user = "barn"
  static let password = "sesame"
  static let keyIdentity = "barn"
  static let key: [UInt8] = [0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xAA]

  struct ProgramFailed: Error {
    let program: String
    let output: String
  }

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("godwit-interop-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    try makeCertificates()
  }

  /// Takes the folder away. Not to be missed where a run is killed: it is a temporary folder.
  func remove() {
    try? FileManager.default.removeItem(at: folder)
  }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  func write(_ text: String, to name: String) throws {
    try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
  }

  func makeFolder(_ name: String) throws -> URL {
    let made = folder.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: made, withIntermediateDirectories: true)
    return made
  }

  /// Starts a program in the folder; what it writes goes to `NAME.log`.
  func start(
    _ name: String, _ program: String, _ arguments: [String], environment: [String: String] = [:]
  ) throws -> PeerProcess {
    try PeerProcess(
      program, arguments, environment: environment, directory: folder,
      output: folder.appendingPathComponent("\(name).log"))
  }

  /// An authority, a server's certificate for localhost and 127.0.0.1, a client's, and another
  /// authority that nobody knows.
  private func makeCertificates() throws {
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
    let sign = "-CA ca.pem -CAkey ca.key -CAcreateserial -days 2"
    try write("subjectAltName=DNS:localhost,IP:127.0.0.1\n", to: "server.names")
    try write("extendedKeyUsage=clientAuth\n", to: "client.usage")
    try run(
      "certificates", "/bin/sh",
      [
        "-ec",
        """
        openssl req -x509 \(key) -keyout ca.key -out ca.pem -subj /CN=Test -days 2
        openssl req -x509 \(key) -keyout other.key -out other.pem -subj /CN=Other -days 2
        openssl req \(key) -keyout server.key -out server.csr -subj /CN=localhost
        openssl x509 -req -in server.csr \(sign) -extfile server.names -out server.pem
        openssl req \(key) -keyout client.key -out client.csr -subj /CN=\(Self.user)
        openssl x509 -req -in client.csr \(sign) -extfile client.usage -out client.pem
        """,
      ])
  }

  /// Runs a program of the system to its end.
  func run(_ name: String, _ program: String, _ arguments: [String]) throws {
    let output = folder.appendingPathComponent("\(name).log")
    guard try PeerProcess.run(program, arguments, directory: folder, output: output) else {
      throw ProgramFailed(program: program, output: try String(contentsOf: output, encoding: .utf8))
    }
  }
}
