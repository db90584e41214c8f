import Foundation
import Glibc
import System
import TestSupport
import Testing

/// openssl-s_server(1) on a free port of 127.0.0.1, killed when the test lets go of it.
final class TLSServer {
  let endpoint: Endpoint
  private let process: ChildProcess

  struct NotReady: Error {
    let output: String
  }

  /// - Parameters:
  ///   - certificate: a name of `TestCA`; nil is a server without.
  ///   - port: nil where the server says which it has, which it does unless it is quiet.
  ///   - keepsErrors: whether what it complains of is part of what it has written.
  init(
    certificate: String? = "good", _ arguments: String = "", port: UInt16? = nil,
    keepsErrors: Bool = false
  ) throws {
    let authority = try TestCA.shared
    process = try ChildProcess(
      "openssl",
      ["s_server", "-accept", "127.0.0.1:\(port ?? 0)"]
        + (certificate.map { ["-cert", "\($0).pem", "-key", "server.key"] } ?? ["-nocert"])
        + arguments.split(separator: " ").map(String.init),
      output: authority.folder.appendingPathComponent("server-\(UUID().uuidString).txt"),
      keepsErrors: keepsErrors, hasInput: true, directory: authority.folder)
    endpoint = Endpoint(host: "127.0.0.1", port: try port ?? Self.port(of: process))
  }

  /// Ends it as a crash would: the kernel closes its connections, TLS does not.
  func kill() { process.killHard() }

  /// What it has written to standard output; what it has received, where it is quiet.
  var received: [UInt8] { Array(process.outputBytes) }

  /// The same as text.
  var output: String { process.output }

  /// Has it send `bytes` while `body` runs.
  func sending<Result>(_ bytes: [UInt8], _ body: () throws -> Result) throws -> Result {
    let descriptor = process.input
    let thread = try Thread("sender") {
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if count <= 0 { return }
        rest = rest.dropFirst(count)
      }
    }
    let result = try body()
    #expect(thread.join(within: .seconds(20)))
    return result
  }

  /// Waits for the line "ACCEPT 127.0.0.1:PORT".
  private static func port(of process: ChildProcess) throws -> UInt16 {
    let deadline = Clock.sinceBoot + .seconds(20)
    while Clock.sinceBoot < deadline {
      let match = process.output.firstMatch(of: /ACCEPT 127\.0\.0\.1:(\d+)\n/)
      if let match, let port = UInt16(match.1) { return port }
      Clock.sleep(for: .milliseconds(5))
    }
    throw NotReady(output: process.output)
  }
}
