import System
import TestSupport
import Testing

@testable import MQTTClient

/// SOCKS 5 (RFC 1928), with a password (RFC 1929).
@Suite struct ProxySOCKS5Tests {
  private static let credentials = ProxyCredentials(username: "user", password: "pass")
  private static let name = Endpoint(host: "server.example", port: 1883)

  /// RFC 1928, 4: version 5, command 1, reserved 0, type, address, port. 1883 is 0x075B.
  @Test(
    arguments: [
      ("server.example", [5, 1, 0, 3, 14] + Array("server.example".utf8)),
      ("192.0.2.1", [5, 1, 0, 1, 192, 0, 2, 1]),
      ("2001:db8::1", [5, 1, 0, 4, 0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
      // Not four numbers up to 255: a name, for the proxy to know.
      ("1.2.3.256", [5, 1, 0, 3, 9] + Array("1.2.3.256".utf8)),
    ] as [(String, [UInt8])])
  func `the target is asked for by name or by address`(host: String, request: [UInt8]) throws {
    var proxy = try ProxyHandshake.socks5(target: Endpoint(host: host, port: 1883))
    #expect(proxy.takeOutput() == [5, 1, 0])
    #expect(try proxy.receive([5, 0]) == nil)
    #expect(proxy.takeOutput() == request + [0x07, 0x5B])
    #expect(proxy.takeOutput().isEmpty)
  }

  @Test func `a name has up to 255 bytes`() throws {
    let longest = String(repeating: "a", count: 255)
    var proxy = try ProxyHandshake.socks5(target: Endpoint(host: longest, port: 1))
    _ = try proxy.receive([5, 0])
    #expect(proxy.takeOutput() == [5, 1, 0, 5, 1, 0, 3, 255] + Array(longest.utf8) + [0, 1])
    #expect(throws: ProxyError.targetNotLegal) {
      try ProxyHandshake.socks5(target: Endpoint(host: longest + "a", port: 1))
    }
  }

  @Test(arguments: [("", 1), ("a b", 1), ("fe80::1%eth0", 1), ("a", 0)] as [(String, UInt16)])
  func `a target that cannot be asked for is refused`(host: String, port: UInt16) {
    #expect(throws: ProxyError.targetNotLegal) {
      try ProxyHandshake.socks5(target: Endpoint(host: host, port: port))
    }
  }

  /// RFC 1929, 2: version 1, each text with its length.
  @Test func `the password is said where the proxy asks for it`() throws {
    var proxy = try ProxyHandshake.socks5(target: Self.name, credentials: Self.credentials)
    #expect(proxy.takeOutput() == [5, 2, 0, 2])
    #expect(try proxy.receive([5, 2]) == nil)
    #expect(
      proxy.takeOutput() == [1, 4, 0x75, 0x73, 0x65, 0x72, 4, 0x70, 0x61, 0x73, 0x73])
    #expect(try proxy.receive([1, 0]) == nil)
    #expect(proxy.takeOutput().prefix(5) == [5, 1, 0, 3, 14])
  }

  @Test func `a proxy that asks for no password is told none`() throws {
    var proxy = try ProxyHandshake.socks5(target: Self.name, credentials: Self.credentials)
    _ = proxy.takeOutput()
    #expect(try proxy.receive([5, 0]) == nil)
    #expect(proxy.takeOutput().prefix(5) == [5, 1, 0, 3, 14])
  }

  @Test(arguments: [(0, 1), (1, 0), (256, 1), (1, 256)])
  func `credentials have from 1 to 255 bytes`(name: Int, password: Int) throws {
    func proxy(_ name: Int, _ password: Int) throws -> ProxyHandshake {
      try ProxyHandshake.socks5(
        target: Self.name,
        credentials: ProxyCredentials(
          username: String(repeating: "u", count: name),
          password: String(repeating: "p", count: password)))
    }
    #expect(throws: ProxyError.credentialsNotLegal) { try proxy(name, password) }
    #expect(throws: Never.self) { try proxy(1, 1) }
    #expect(throws: Never.self) { try proxy(255, 255) }
  }

  /// What a proxy says when all is well, with each type of bound address (RFC 1928, 6).
  private static let accepted: [[UInt8]] = [
    [5, 0, 0, 1, 192, 0, 2, 9, 0x12, 0x34],
    [5, 0, 0, 4] + Array(1...16) + [0x12, 0x34],
    [5, 0, 0, 3, 4, 0x68, 0x6F, 0x73, 0x74, 0x12, 0x34],
    [5, 0, 0, 3, 0, 0x12, 0x34],
    [5, 0, 0, 3, 255] + Array(repeating: 0x61, count: 255) + [0x12, 0x34],
  ]

  @Test(arguments: accepted, [false, true])
  func `the bound address is skipped, and what follows is the tunnel's`(
    reply: [UInt8], hasPassword: Bool
  ) throws {
    let head = (hasPassword ? [5, 2, 1, 0] : [5, 0]) + reply
    let new = try ProxyHandshake.socks5(
      target: Self.name, credentials: hasPassword ? Self.credentials : nil)
    for chunks in (head + [5, 0x20]).splits {
      var proxy = new
      #expect(try Tunnel.bytes(chunks) { try proxy.receive($0) } == [5, 0x20])
      #expect(proxy.isOpen)
      try proxy.receiveEnd()
    }
    for count in head.indices {
      var proxy = new
      let part = Array(head[..<count])
      #expect(try proxy.receive(part) == nil)
      #expect(!proxy.isOpen)
      #expect(throws: ProxyError.closedByProxy) { try proxy.receiveEnd() }
    }
  }

  @Test(
    arguments: [
      ([4], false, .wrongVersion(4)), ([0x48], false, .wrongVersion(0x48)),
      ([5, 0xFF], false, .noAcceptableMethod(offeredCredentials: false)),
      ([5, 0xFF], true, .noAcceptableMethod(offeredCredentials: true)),
      ([5, 1], true, .methodNotOffered(1)), ([5, 2], false, .methodNotOffered(2)),
      ([5, 2, 5], true, .wrongAuthenticationVersion(5)),
      ([5, 2, 1, 1], true, .authenticationFailed(status: 1)),
      ([5, 2, 1, 0xFF], true, .authenticationFailed(status: 0xFF)),
      ([5, 0, 0], false, .wrongVersion(0)), ([5, 0, 5, 0, 1], false, .reservedNotZero(1)),
      ([5, 0, 5, 0, 0, 0], false, .unknownAddressType(0)),
      ([5, 0, 5, 0, 0, 2], false, .unknownAddressType(2)),
      ([5, 0, 5, 0, 0, 5], false, .unknownAddressType(5)),
    ] as [([UInt8], Bool, ProxyError)])
  func `each wrong byte is refused at once`(
    bytes: [UInt8], hasPassword: Bool, error: ProxyError
  ) throws {
    for chunks in bytes.splits {
      var proxy = try ProxyHandshake.socks5(
        target: Self.name, credentials: hasPassword ? Self.credentials : nil)
      #expect(throws: error) { try Tunnel.bytes(chunks) { try proxy.receive($0) } }
      #expect(throws: error) { try proxy.receiveEnd() }
      #expect(!proxy.isOpen && proxy.takeOutput().isEmpty)
    }
    var proxy = try ProxyHandshake.socks5(
      target: Self.name, credentials: hasPassword ? Self.credentials : nil)
    let good = Array(bytes.dropLast())
    #expect(try proxy.receive(good) == nil)
  }

  /// RFC 1928, 6.
  @Test(
    arguments: [
      (1, "general failure"), (2, "not allowed"), (3, "network unreachable"),
      (4, "host unreachable"), (5, "refused"), (6, "time to live"), (7, "command"),
      (8, "address type"), (9, "reply 9"), (255, "reply 255"),
    ] as [(UInt8, String)])
  func `every reply is told in words`(reply: UInt8, words: String) throws {
    var proxy = try ProxyHandshake.socks5(target: Self.name)
    let error = ProxyError.connectFailed(reply: reply)
    #expect(throws: error) { try proxy.receive([5, 0, 5, reply]) }
    #expect(error.text.contains(words))
  }

  @Test func `random bytes never crash it, and the split makes no difference`() throws {
    for seed in 0..<4_000 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      let some: [UInt8] = [0, 0, 0, 1, 2, 3, 4, 5, 5, 5, 255]
      let bytes = (0..<30).map { _ in some.randomElement(using: &random) ?? 0 }
      // Begins well, so that it comes to the later bytes.
      let stream = [5, 0] + bytes
      let whole = outcome([stream])
      #expect(outcome(stream.map { [$0] }) == whole, "\(stream)")
    }
  }

  private func outcome(_ chunks: [[UInt8]]) -> Result<[UInt8]?, ProxyError> {
    Result { () throws(ProxyError) in
      var proxy = try ProxyHandshake.socks5(target: Self.name, credentials: Self.credentials)
      var bytes: [UInt8]?
      for chunk in chunks {
        if let part = try proxy.receive(chunk) { bytes = (bytes ?? []) + part }
      }
      return bytes
    }
  }
}
