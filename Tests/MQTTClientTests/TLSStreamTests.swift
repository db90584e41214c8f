import Foundation
import MQTTClient
import System
import TestSupport
import Testing

/// What goes through a connection of TLS, and how it ends.
@Suite struct TLSStreamTests {
  @Test func `what the server wants to speak is told`() throws {
    let server = try TLSServer("-alpn mqtt,x-amzn-mqtt-ca")
    let both = try TLSContext(tlsOptions { $0.applicationProtocols = ["x-amzn-mqtt-ca", "mqtt"] })
    let link = try TLSLink(both, to: server)
    // The order of the server counts.
    expect(link.tls.applicationProtocol, "mqtt")
    let unknown = try TLSContext(tlsOptions { $0.applicationProtocols = ["other"] })
    #expect(
      try tlsError { _ = try TLSLink(unknown, to: try TLSServer("-alpn mqtt")) }
        == .alert(TLSAlert(code: 120)))
    let silent = try TLSLink(both, to: try TLSServer())
    expect(silent.tls.applicationProtocol, nil)
  }

  /// A server hello of TLS 1.2 by hand (RFC 5246 section 7.4.1.3): no session, the suite
  /// TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, and the extension 16 of RFC 7301 with one name.
  @Test(arguments: [("mqtt", true), ("http", false), ("mqt", false), ("mqtts", false)])
  func `a server that wants to speak what nobody offered is refused`(
    name: String, isOffered: Bool
  ) throws {
    let context = try TLSContext(tlsOptions { $0.applicationProtocols = ["x", "mqtt"] })
    var tls = try TLSSession(context, host: TestCA.host)
    try tls.advance()
    _ = tls.takeOutput()
    let length = UInt8(name.utf8.count)
    let extensions: [UInt8] =
      [0xFF, 0x01, 0, 1, 0] + [0, 16, 0, length + 3, 0, length + 1, length] + Array(name.utf8)
    let hello: [UInt8] =
      [3, 3] + Array(repeating: 7, count: 32) + [0, 0xC0, 0x2B, 0, 0, UInt8(extensions.count)]
      + extensions
    let message = [2, 0, 0, UInt8(hello.count)] + hello
    try tls.receive(([22, 3, 3, 0, UInt8(message.count)] + message).span)
    if isOffered {
      try tls.advance()
    } else {
      guard case .protocolFailure = try tlsError({ try tls.advance() }) else {
        Issue.record("accepted")
        return
      }
      // A fatal alert; OpenSSL 3.0 says decode_error where RFC 8446 wants illegal_parameter.
      #expect(tls.takeOutput().prefix(6) == [21, 3, 3, 0, 2, 2])
    }
  }

  @Test(
    arguments: [
      ("-tls1_2", true), ("-tls1_2", false), ("-tls1_3", true), ("-tls1_3", false),
      ("-tls1_3 -num_tickets 1", false),
      // A server that keeps the sessions itself forgets those of a broken connection.
      ("-tls1_2 -no_ticket", true), ("-tls1_3 -no_ticket", true),
    ])
  func `the second connection resumes the first`(version: String, inOrder: Bool) throws {
    let server = try TLSServer("-rev \(version)")
    let context = try TLSContext(tlsOptions())
    for turn in 0..<3 {
      let link = try TLSLink(context, to: server)
      expect(link.tls.wasResumed, turn > 0)
      try link.write(Array("abc\n".utf8))
      #expect(try link.read(4) == Array("cba\n".utf8))
      if inOrder { try link.close() }
    }
    // A session is good only for the host that its certificate was checked for.
    let error = try tlsError { _ = try TLSLink(context, to: server, host: "another.test") }
    guard case .certificateRefused(code: 62, _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    let other = try TLSLink(try TLSContext(tlsOptions()), to: server)
    expect(other.tls.wasResumed, false)
  }

  @Test func `after a server that has forgotten the session comes a full handshake`() throws {
    let context = try TLSContext(tlsOptions())
    for _ in 0..<2 {
      let server = try TLSServer("-rev")
      let link = try TLSLink(context, to: server)
      expect(link.tls.wasResumed, false)
      try link.write(Array("abc\n".utf8))
      #expect(try link.read(4) == Array("cba\n".utf8))
    }
  }

  @Test(arguments: ["-tls1_2", "-tls1_3"])
  func `large data goes both ways byte for byte`(version: String) throws {
    var random = SplitMix64(seed: 5)
    let bytes = (0..<1 << 20).map { _ in UInt8.random(in: 0...255, using: &random) }
    let server = try TLSServer("-quiet \(version)", port: try freePort())
    let link = try TLSLink(try TLSContext(tlsOptions()), to: server)
    let came = try server.sending(bytes) { try link.read(bytes.count) }
    #expect(came == bytes)
    try link.write(bytes)
    let deadline = Clock.sinceBoot + .seconds(20)
    while server.received.count < bytes.count, Clock.sinceBoot < deadline {
      Clock.sleep(for: .milliseconds(5))
    }
    #expect(server.received == bytes)
  }

  @Test(arguments: ["-tls1_2", "-tls1_3"])
  func `ciphertext that comes a byte at a time is understood`(version: String) throws {
    let server = try TLSServer("-rev \(version)")
    let link = try TLSLink(try TLSContext(tlsOptions()), to: server, step: 1)
    try link.write(Array("abc\n".utf8))
    #expect(try link.read(4) == Array("cba\n".utf8))
  }

  @Test(arguments: ["-tls1_2", "-tls1_3"])
  func `an orderly end and a broken one are told apart`(version: String) throws {
    let server = try TLSServer("-rev \(version)")
    let context = try TLSContext(tlsOptions())
    // s_server says goodbye in order when it reads this line.
    do {
      let orderly = try TLSLink(context, to: server)
      try orderly.write(Array("CLOSE\n".utf8))
      #expect(try orderly.read(1).isEmpty)
      #expect(try orderly.read(1).isEmpty)
    }

    let broken = try TLSLink(context, to: server)
    try broken.write(Array("abc\n".utf8))
    #expect(try broken.read(4) == Array("cba\n".utf8))
    server.kill()
    #expect(throws: TLSError.truncated(duringHandshake: false)) { try broken.read(1) }
    // And stays so.
    #expect(throws: TLSError.truncated(duringHandshake: false)) { try broken.read(1) }
    #expect(throws: TLSError.truncated(duringHandshake: false)) { try broken.write([1]) }
  }

  @Test func `an end during the handshake is told`() throws {
    var tls = try TLSSession(try TLSContext(tlsOptions()), host: TestCA.host)
    try tls.advance()
    #expect(!tls.takeOutput().isEmpty)
    tls.receiveEnd()
    let error = try tlsError { try tls.advance() }
    #expect(error == .truncated(duringHandshake: true))
  }

  /// The last is a record with a server hello of no bytes (RFC 8446 section 4.1.3), which is
  /// answered with an alert: type 21, level fatal (2), decode error (50).
  @Test(
    arguments: [
      (Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8), []),
      (Array("220 mail.example.org ESMTP\r\n".utf8), []),
      ([0x20, 0x02, 0x00, 0x00, 0xD0, 0x00], []),
      ([22, 3, 3, 0, 4, 2, 0, 0, 0], [21, 3, 3, 0, 2, 2, 50]),
    ] as [([UInt8], [UInt8])])
  func `what is no server of TLS is refused`(bytes: [UInt8], answer: [UInt8]) throws {
    var tls = try TLSSession(try TLSContext(tlsOptions()), host: TestCA.host)
    try tls.advance()
    _ = tls.takeOutput()
    try tls.receive(bytes.span)
    let error = try tlsError { try tls.advance() }
    guard case .protocolFailure(let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(!reason.isEmpty)
    #expect(tls.takeOutput() == answer)
    #expect(try tlsError { try tls.advance() } == error)
    #expect(try tlsError { try tls.receive([1].span) } == error)
  }

  @Test func `random bytes never pass for a server`() throws {
    var random = SplitMix64(seed: 11)
    let context = try TLSContext(tlsOptions())
    for _ in 0..<300 {
      var tls = try TLSSession(context, host: TestCA.host)
      try tls.advance()
      // A header of a handshake record (22) of TLS 1.2 lets the rest go deeper.
      let count = Int.random(in: 1...200, using: &random)
      var bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      if Bool.random(using: &random) {
        bytes = [22, 3, 3, 0, UInt8(count), 2, 0, 0, UInt8(max(0, count - 4))] + bytes
      }
      _ = try tlsError {
        try tls.receive(bytes.span)
        try tls.advance()
      }
      expect(tls.isEstablished, false)
    }
  }

  @Test func `what waits is bounded both ways`() throws {
    let server = try TLSServer("-rev")
    let link = try TLSLink(try TLSContext(tlsOptions()), to: server)
    let data = Array(repeating: 0x78 as UInt8, count: 1 << 20)
    let taken = try link.tls.write(data.span)
    #expect(taken >= TLSSession.outputMax && taken <= TLSSession.outputMax + 16_384)
    #expect(try link.tls.write(data.span) == 0)
    expect(link.tls.hasOutput, true)
    #expect(link.tls.takeOutput().count < TLSSession.outputMax + 16_384 + 1_024)
    #expect(try link.tls.write([1].span) == 1)

    try link.tls.receive(data.span.extracting(0..<TLSSession.inputMax))
    let error = try tlsError { try link.tls.receive([1].span) }
    #expect(error == .inputNotTaken)
  }

  @Test func `before the handshake and after the goodbye nothing is taken`() throws {
    var tls = try TLSSession(try TLSContext(tlsOptions()), host: TestCA.host)
    #expect(try tls.write([1].span) == 0)
    var buffer = [0 as UInt8]
    #expect(try buffer.withUnsafeMutableBytes { try tls.read(into: $0) } == nil)
    tls.close()
    expect(tls.hasOutput, false)

    let link = try TLSLink(try TLSContext(tlsOptions()), to: try TLSServer())
    link.tls.close()
    expect(link.tls.hasOutput, true)
    #expect(try link.tls.write([1].span) == 0)
  }

  /// What a connection costs is 17 KB and more. Other tests run in this process at the same time, so
  /// one quiet round of many is enough; a leak shows in each.
  @Test func `many handshakes leave neither memory nor files behind`() throws {
    let server = try TLSServer("-rev")
    let context = try TLSContext(tlsOptions())
    func round() throws {
      for turn in 0..<120 {
        // Some with a context of their own, and some that fail.
        let own = turn % 10 == 0 ? try TLSContext(tlsOptions()) : context
        let host = turn % 5 == 0 ? "another.test" : TestCA.host
        _ = try tlsError {
          let link = try TLSLink(own, to: server, host: host)
          // With the answer come the sessions to keep.
          try link.write(Array("abc\n".utf8))
          _ = try link.read(4)
        }
      }
    }
    try round()
    var growth: [Int] = []
    while (growth.min() ?? .max) > 256 * 1_024, growth.count < 20 {
      let before = try residentBytes()
      try round()
      growth.append(try residentBytes() - before)
    }
    #expect((growth.min() ?? .max) <= 256 * 1_024, "\(growth)")

    // A test beside this one may be reading a file just now.
    let isQuiet = try (0..<100).contains { _ in
      if try openCertificates().isEmpty { return true }
      Clock.sleep(for: .milliseconds(10))
      return false
    }
    #expect(isQuiet)
  }

  /// The files of certificates and keys that this process has open.
  private func openCertificates() throws -> [String] {
    let folder = try TestCA.shared.folder.path
    return try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
      .compactMap {
        // A descriptor may be closed before it is looked at.
        try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
      }
      .filter { $0.hasPrefix(folder) && ($0.hasSuffix(".pem") || $0.hasSuffix(".key")) }
  }

  /// The resident set of this process (proc_pid_statm(5)).
  private func residentBytes() throws -> Int {
    let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    return (Int(text.split(separator: " ")[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
  }
}
