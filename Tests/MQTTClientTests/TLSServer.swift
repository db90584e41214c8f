import Foundation
import Glibc
import System
import Testing

/// openssl-s_server(1) on a free port of 127.0.0.1, killed when the test lets go of it.
final class TLSServer {
  let endpoint: Endpoint
  private let process = Process()
  private let output: URL
  private let input = Pipe()

  struct NotReady: Error {
    let output: String
  }

  /// - Parameters:
  ///   - certificate: a name of `TestCA`; nil is a server without.
  ///   - port: nil where the server says which it has, which it does unless it is quiet.
  init(
    certificate: String? = "good", _ arguments: String = "", port: UInt16? = nil
  ) throws {
    let authority = try TestCA.shared
    output = authority.folder.appendingPathComponent("server-\(UUID().uuidString).txt")
    try Data().write(to: output)
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      ["openssl", "s_server", "-accept", "127.0.0.1:\(port ?? 0)"]
      + (certificate.map { ["-cert", "\($0).pem", "-key", "server.key"] } ?? ["-nocert"])
      + arguments.split(separator: " ").map(String.init)
    process.currentDirectoryURL = authority.folder
    let handle = try FileHandle(forWritingTo: output)
    process.standardInput = input
    process.standardOutput = handle
    process.standardError = FileHandle.nullDevice
    try process.run()
    try handle.close()
    try input.fileHandleForReading.close()
    if let port {
      endpoint = Endpoint(host: "127.0.0.1", port: port)
    } else {
      endpoint = Endpoint(host: "127.0.0.1", port: try Self.port(in: output))
    }
  }

  deinit {
    kill()
    try? input.fileHandleForWriting.close()
  }

  /// Ends it as a crash would: the kernel closes its connections, TLS does not.
  func kill() {
    if process.isRunning {
      Glibc.kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
  }

  /// What it has written to standard output; what it has received, where it is quiet.
  var received: [UInt8] { (try? Array(Data(contentsOf: output))) ?? [] }

  /// Has it send `bytes` while `body` runs.
  func sending<Result>(_ bytes: [UInt8], _ body: () throws -> Result) throws -> Result {
    let descriptor = input.fileHandleForWriting.fileDescriptor
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

  /// A port that was free a moment ago.
  static func freePort() throws -> UInt16 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutableBytes(of: &address) { bytes -> Int32 in
      guard let start = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self),
        bind(descriptor, start, size) == 0
      else { return -1 }
      return getsockname(descriptor, start, &size)
    }
    guard result == 0 else { throw Errno.last }
    return UInt16(bigEndian: address.sin_port)
  }

  /// Waits for the line "ACCEPT 127.0.0.1:PORT".
  private static func port(in output: URL) throws -> UInt16 {
    let deadline = Clock.sinceBoot + .seconds(20)
    while Clock.sinceBoot < deadline {
      let text = try String(contentsOf: output, encoding: .utf8)
      if let match = text.firstMatch(of: /ACCEPT 127\.0\.0\.1:(\d+)\n/), let port = UInt16(match.1)
      {
        return port
      }
      Clock.sleep(for: .milliseconds(5))
    }
    throw NotReady(output: try String(contentsOf: output, encoding: .utf8))
  }
}
