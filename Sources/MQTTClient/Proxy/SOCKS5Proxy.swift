public import System

/// Asks a SOCKS 5 proxy for a tunnel (RFC 1928; RFC 1929 for the password): bytes in, bytes out.
///
/// ```swift
/// var proxy = try SOCKS5Proxy(target: Endpoint(host: "broker.example.org", port: 1883))
/// send(proxy.takeOutput())                              // the greeting
/// if let first = try proxy.receive(received.span) { … }  // the tunnel is open
/// send(proxy.takeOutput())                              // what comes next
/// ```
/// The caller keeps the time: a proxy that does not answer is not told here.
public struct SOCKS5Proxy: Sendable {
  /// What the next byte of the proxy is.
  private enum Stage {
    case version, method
    case authenticationVersion, authenticationStatus
    case replyVersion, reply, reserved, addressType, nameLength
    /// So many bytes of the bound address and its port are left.
    case skipping(Int)
  }

  private static let version: UInt8 = 5
  private static let authenticationVersion: UInt8 = 1
  private static let noAuthentication: UInt8 = 0
  private static let passwordAuthentication: UInt8 = 2
  private static let noAcceptableMethod: UInt8 = 0xFF

  /// What is said when it is its turn; nil without credentials.
  private let password: [UInt8]?
  private let request: [UInt8]
  private var stage = Stage.version
  private var output: [UInt8]
  private var failure: ProxyError?

  /// Whether the tunnel is open: all bytes are the target's from here on.
  public private(set) var isOpen = false

  /// Begins with the greeting in the output.
  /// - Parameters:
  ///   - target: what the proxy is to connect to; the proxy looks a name up.
  ///   - credentials: said only where the proxy asks, readable for everyone on the way to it.
  /// - Throws: `.targetNotLegal`, `.credentialsNotLegal`.
  public init(target: Endpoint, credentials: ProxyCredentials? = nil) throws(ProxyError) {
    guard let host = HostName(target.host), !host.hadZone, target.port != 0 else {
      throw .targetNotLegal
    }
    request = SOCKS5Proxy.connect(host, port: target.port)
    if let credentials {
      password = try SOCKS5Proxy.password(credentials)
      output = [
        SOCKS5Proxy.version, 2, SOCKS5Proxy.noAuthentication, SOCKS5Proxy.passwordAuthentication,
      ]
    } else {
      password = nil
      output = [SOCKS5Proxy.version, 1, SOCKS5Proxy.noAuthentication]
    }
  }

  /// The bytes to send, in order; they are the caller's from then on.
  public mutating func takeOutput() -> [UInt8] {
    var taken: [UInt8] = []
    swap(&taken, &output)
    return taken
  }

  /// Takes bytes from the proxy, in the order in which they came. There may be output then.
  /// - Returns: nil as long as the proxy has not said all; then what came through the tunnel.
  /// - Throws: why there is no tunnel, from then on always.
  public mutating func receive(_ bytes: Span<UInt8>) throws(ProxyError) -> [UInt8]? {
    if let failure { throw failure }
    var position = 0
    while position < bytes.count && !isOpen {
      let byte = bytes[position]
      position += 1
      do { try read(byte) } catch { throw fail(error) }
    }
    guard isOpen else { return nil }
    return bytes.extracting(position...).withUnsafeBufferPointer { Array($0) }
  }

  /// The proxy has closed the connection.
  /// - Throws: `.closedByProxy` where the tunnel is not open; or what was thrown before.
  public mutating func receiveEnd() throws(ProxyError) {
    if let failure { throw failure }
    if !isOpen { throw fail(.closedByProxy) }
  }
}

extension SOCKS5Proxy {
  private mutating func read(_ byte: UInt8) throws(ProxyError) {
    switch stage {
    case .version:
      guard byte == SOCKS5Proxy.version else { throw .wrongVersion(byte) }
      stage = .method
    case .method: try readMethod(byte)
    case .authenticationVersion:
      guard byte == SOCKS5Proxy.authenticationVersion else {
        throw .wrongAuthenticationVersion(byte)
      }
      stage = .authenticationStatus
    case .authenticationStatus:
      guard byte == 0 else { throw .authenticationFailed(status: byte) }
      output += request
      stage = .replyVersion
    case .replyVersion:
      guard byte == SOCKS5Proxy.version else { throw .wrongVersion(byte) }
      stage = .reply
    case .reply:
      // At once: a proxy may close behind a failure without the rest.
      guard byte == 0 else { throw .connectFailed(reply: byte) }
      stage = .reserved
    case .reserved:
      guard byte == 0 else { throw .reservedNotZero(byte) }
      stage = .addressType
    case .addressType:
      switch byte {
      case 1: stage = .skipping(4 + 2)
      case 3: stage = .nameLength
      case 4: stage = .skipping(16 + 2)
      default: throw .unknownAddressType(byte)
      }
    case .nameLength: stage = .skipping(Int(byte) + 2)
    case .skipping(let count):
      // The address by which the target sees the proxy; nobody here has a use for it.
      stage = .skipping(count - 1)
      isOpen = count == 1
    }
  }

  private mutating func readMethod(_ method: UInt8) throws(ProxyError) {
    switch (method, password) {
    case (SOCKS5Proxy.noAuthentication, _):
      output += request
      stage = .replyVersion
    case (SOCKS5Proxy.passwordAuthentication, .some(let password)):
      output += password
      stage = .authenticationVersion
    case (SOCKS5Proxy.noAcceptableMethod, _):
      throw .noAcceptableMethod(offeredCredentials: password != nil)
    default: throw .methodNotOffered(method)
    }
  }

  private mutating func fail(_ error: ProxyError) -> ProxyError {
    failure = error
    output = []
    return error
  }

  /// The request: version, command CONNECT, a reserved byte, the address, the port (RFC 1928, 4).
  private static func connect(_ host: HostName, port: UInt16) -> [UInt8] {
    var request: [UInt8] = [version, 1, 0]
    switch host.address {
    case .version4(let bytes): request += [1] + bytes
    case .version6(let bytes): request += [4] + bytes
    case nil: request += [3, UInt8(host.utf8.count)] + host.utf8
    }
    return request + [UInt8(port >> 8), UInt8(port & 0xFF)]
  }

  /// Version, name and password, each with its length before it (RFC 1929, 2).
  private static func password(_ credentials: ProxyCredentials) throws(ProxyError) -> [UInt8] {
    let name = Array(credentials.username.utf8)
    let password = Array(credentials.password.utf8)
    let lengths = 1...ProxyCredentials.lengthMax
    guard lengths.contains(name.count), lengths.contains(password.count) else {
      throw .credentialsNotLegal
    }
    return [authenticationVersion, UInt8(name.count)] + name + [UInt8(password.count)] + password
  }
}
