import Glibc

/// TCP ports for the brokers.
enum Ports {
  /// Below the ports that Linux gives to outgoing connections (ip_local_port_range from 32,768), so
  /// that none of the many connections of a test run takes a port before its broker listens there.
  private static let range: ClosedRange<UInt16> = 20_000...32_000
  /// A machine with so many busy ports in a row has other problems.
  private static let attemptsMax = 1_000

  struct NoneFree: Error {}

  /// A port of the loopback that nothing listens on.
  static func free() throws -> UInt16 {
    for _ in 0..<attemptsMax {
      let port = UInt16.random(in: range)
      let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(socket) }
      if with(port, { bind(socket, $0, $1) == 0 }) { return port }
    }
    throw NoneFree()
  }

  /// Whether something accepts connections at a port of the loopback.
  static func isOpen(_ port: UInt16) -> Bool {
    let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    return with(port) { connect(socket, $0, $1) == 0 }
  }

  /// Calls `body` with the loopback's address for a port.
  static func with<Result>(
    _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    address.sin_port = port.bigEndian
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
}
