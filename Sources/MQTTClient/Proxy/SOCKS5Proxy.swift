/// What is said to a SOCKS 5 proxy for a tunnel, and what it answers (RFC 1928; RFC 1929 for the
/// password).
struct SOCKS5Proxy: Sendable {
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

  /// - Parameter credentials: said only where the proxy asks, readable for everyone on the way to it.
  init(_ host: HostName, port: UInt16, _ credentials: ProxyCredentials?) throws(ProxyError) {
    request = SOCKS5Proxy.connect(host, port: port)
    password = if let credentials { try SOCKS5Proxy.password(credentials) } else { nil }
  }

  /// The first words: the version, and the ways to authenticate that are offered (RFC 1928, 3).
  static func greeting(hasCredentials: Bool) -> [UInt8] {
    hasCredentials
      ? [version, 2, noAuthentication, passwordAuthentication] : [version, 1, noAuthentication]
  }

  /// Takes the next byte of what the proxy says.
  mutating func read(_ byte: UInt8) throws(ProxyError) -> ProxyHandshake.Step {
    switch stage {
    case .version:
      guard byte == SOCKS5Proxy.version else { throw .wrongVersion(byte) }
      stage = .method
    case .method: return try readMethod(byte)
    case .authenticationVersion:
      guard byte == SOCKS5Proxy.authenticationVersion else {
        throw .wrongAuthenticationVersion(byte)
      }
      stage = .authenticationStatus
    case .authenticationStatus:
      guard byte == 0 else { throw .authenticationFailed(status: byte) }
      stage = .replyVersion
      return .answer(request)
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
      if count == 1 { return .open }
    }
    return .more
  }

  private mutating func readMethod(_ method: UInt8) throws(ProxyError) -> ProxyHandshake.Step {
    switch (method, password) {
    case (SOCKS5Proxy.noAuthentication, _):
      stage = .replyVersion
      return .answer(request)
    case (SOCKS5Proxy.passwordAuthentication, .some(let password)):
      stage = .authenticationVersion
      return .answer(password)
    case (SOCKS5Proxy.noAcceptableMethod, _):
      throw .noAcceptableMethod(offeredCredentials: password != nil)
    default: throw .methodNotOffered(method)
    }
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
