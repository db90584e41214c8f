internal import CLinux

/// A socket of this machine alone that takes connections: a Unix socket, or TCP on an address of the
/// loopback interface. It closes itself, and takes its path away.
public struct ListeningSocket: ~Copyable, Sendable {
  private let descriptor: FileDescriptor
  /// Of a Unix socket.
  private let path: String?

  /// Connections that the kernel holds until they are taken; clients come one by one.
  private static let queueMax: Int32 = 8
  /// Its user and group may connect; who else can come that far, the folder's permissions tell.
  private static let permissions: UInt32 = 0o660

  /// Listens at a path, mode 0660 (unix(7)). A socket that is there and on which nobody answers is
  /// taken away first: a process that was killed has left it.
  /// - Throws: `EADDRINUSE` where somebody answers there, `EEXIST` where something else has the name,
  ///   `ENOENT` where there is no such folder, `EACCES`, `ENAMETOOLONG`.
  public init(unixSocket path: String) throws(Errno) {
    let address = try UnixSocketAddress(path)
    let descriptor = try UnixSocketAddress.makeSocket(AF_UNIX)
    do throws(Errno) {
      try ListeningSocket.bind(descriptor, address)
    } catch {
      guard error == .addressInUse else { throw error }
      try ListeningSocket.removeStale(path)
      try ListeningSocket.bind(descriptor, address)
    }
    // Nobody can connect before listen(2), so there is no moment with other permissions.
    try path.withCPath { (path) throws(Errno) in
      _ = try retryingOnInterrupt { chmod(path, ListeningSocket.permissions) }
    }
    try self.init(listeningOn: descriptor, path: path)
  }

  private init(listeningOn descriptor: consuming FileDescriptor, path: String?) throws(Errno) {
    self.descriptor = descriptor
    self.path = path
    let number = self.descriptor.rawValue
    guard listen(number, ListeningSocket.queueMax) == 0 else { throw Errno.last }
  }

  /// Listens on TCP.
  /// - Parameter endpoint: an address of 127.0.0.0/8 or ::1, and a port, 0 for any that is free.
  /// - Throws: `EADDRNOTAVAIL` where it is no address of the loopback interface, `EADDRINUSE`,
  ///   `EACCES` with a port below 1024.
  public init(loopback endpoint: Endpoint) throws(Errno) {
    var ip4 = sockaddr_in()
    var ip6 = sockaddr_in6()
    let isIPv4 = endpoint.host.withCString { inet_pton(AF_INET, $0, &ip4.sin_addr) } == 1
    if isIPv4 {
      // 127.0.0.0/8 (RFC 1122, 3.2.1.3).
      guard UInt32(bigEndian: ip4.sin_addr.s_addr) >> 24 == 127 else {
        throw Errno(EADDRNOTAVAIL)
      }
      ip4.sin_family = sa_family_t(AF_INET)
      ip4.sin_port = endpoint.port.bigEndian
    } else {
      guard endpoint.host == "::1",
        endpoint.host.withCString({ inet_pton(AF_INET6, $0, &ip6.sin6_addr) }) == 1
      else { throw Errno(EADDRNOTAVAIL) }
      ip6.sin6_family = sa_family_t(AF_INET6)
      ip6.sin6_port = endpoint.port.bigEndian
    }
    let descriptor = try UnixSocketAddress.makeSocket(isIPv4 ? AF_INET : AF_INET6)
    // Connections that have just ended must not keep a restarted gateway from its port (socket(7)).
    var reuse: Int32 = 1
    _ = try retryingOnInterrupt {
      setsockopt(
        descriptor.rawValue, SOL_SOCKET, SO_REUSEADDR, &reuse,
        socklen_t(MemoryLayout<Int32>.size))
    }
    if isIPv4 {
      try ListeningSocket.bind(descriptor, &ip4)
    } else {
      try ListeningSocket.bind(descriptor, &ip6)
    }
    try self.init(listeningOn: descriptor, path: nil)
  }

  deinit {
    if let path {
      // Where it is gone already there is nothing to do.
      try? Files.remove(path)
    }
  }

  /// The next connection.
  /// - Throws: `wouldBlock` where there is none now; `EMFILE`, `ENFILE`, and `ECONNABORTED` where who
  ///   wanted to connect has gone.
  public func accept() throws(Errno) -> Socket {
    let connection = FileDescriptor(
      owning: try retryingOnInterrupt { CLinux.accept(descriptor.rawValue, nil, nil) })
    try connection.setNonblocking()
    _ = try retryingOnInterrupt { clinux_set_close_on_exec(connection.rawValue) }
    return Socket(owning: connection)
  }

  /// The next connection, waited for.
  /// - Throws: also `ETIMEDOUT` where none comes in time.
  public func accept(within timeout: Duration) throws(Errno) -> Socket {
    guard try !Poll.wait(for: descriptor, .readable, timeout: timeout).readiness.isEmpty else {
      throw .timedOut
    }
    return try accept()
  }

  /// The number by which a `WatchSet` watches for connections; it stays this socket's to close.
  public var descriptorNumber: Int32 { descriptor.rawValue }

  /// The port of TCP that it has.
  public func port() throws(Errno) -> UInt16 {
    var address = sockaddr_in6()
    var size = socklen_t(MemoryLayout<sockaddr_in6>.size)
    let number = descriptor.rawValue
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      getsockname(
        number, UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: sockaddr.self), &size)
    }
    guard result == 0 else { throw Errno.last }
    // It has the same place in both families.
    return UInt16(bigEndian: address.sin6_port)
  }

  private static func bind(
    _ descriptor: borrowing FileDescriptor, _ address: UnixSocketAddress
  ) throws(Errno) {
    let number = descriptor.rawValue
    try address.withPointer { (pointer, size) throws(Errno) in
      _ = try retryingOnInterrupt { CLinux.bind(number, pointer, size) }
    }
  }

  private static func bind<Address>(
    _ descriptor: borrowing FileDescriptor, _ address: inout Address
  ) throws(Errno) {
    let number = descriptor.rawValue
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      CLinux.bind(
        number, UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: sockaddr.self),
        socklen_t(MemoryLayout<Address>.size))
    }
    guard result == 0 else { throw Errno.last }
  }

  /// Takes a socket away on which nobody answers.
  private static func removeStale(_ path: String) throws(Errno) {
    // connect(2) refuses a file that is no socket too: what somebody put there stays.
    guard isSocket(path) else { throw .fileExists }
    do throws(Errno) {
      _ = try Socket(connectingToUnixSocket: path)
    } catch {
      switch error {
      case .connectionRefused:
        try Files.remove(path)
        return
      case .noSuchFile:
        return
      default:
        // It is there, and busy or not for us.
        break
      }
    }
    throw .addressInUse
  }

  private static func isSocket(_ path: String) -> Bool {
    var status = stat()
    let found = path.withCString { lstat($0, &status) } == 0
    return found && clinux_stat_is_socket(&status) != 0
  }
}

extension Errno {
  /// EADDRINUSE: another one listens there.
  public static let addressInUse = Errno(EADDRINUSE)
  /// ECONNREFUSED: nobody listens there.
  public static let connectionRefused = Errno(ECONNREFUSED)
}
