internal import CLinux

/// A host and a port of TCP.
public struct Endpoint: Sendable {
  /// A name, or an address of IPv4 or IPv6 (without brackets).
  public let host: String
  /// The port of TCP.
  public let port: UInt16

  /// Names a place to connect to.
  public init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }
}

/// Why there is no connection.
public enum SocketError: Error, Equatable, Sendable {
  /// The name service gave no address; the code is getaddrinfo(3)'s, e.g. `EAI_NONAME`.
  case nameNotFound(code: Int32)
  /// No address could be connected to; the reason of the last that was tried, e.g. `ECONNREFUSED`,
  /// `ETIMEDOUT`.
  case connectFailed(Errno)
  /// The wakeup rang before there was a connection.
  case cancelled

  /// The reason in words (gai_strerror(3), strerror(3)).
  public var text: String {
    switch self {
    case .nameNotFound(let code): String(cString: gai_strerror(code))
    case .connectFailed(let errno): errno.text
    case .cancelled: "cancelled"
    }
  }
}

/// A connection of TCP, or by a Unix socket, that never blocks; it closes itself.
public struct Socket: ~Copyable, Sendable {
  private let descriptor: FileDescriptor

  /// A name with more addresses than this is tried at the first ones; with ten seconds each an
  /// answer of the name service can hold a caller up for little more than a minute.
  public static let addressesMax = 8

  /// What has been sent and is not acknowledged by the other host for this long breaks the
  /// connection (tcp(7), TCP_USER_TIMEOUT); the kernel alone would try for a quarter of an hour.
  public static let userTimeout: Duration = .seconds(30)

  /// Connects to the first address of `endpoint` that answers, in the order of the name service.
  ///
  /// The look-up of the name blocks: getaddrinfo(3) takes as long as /etc/resolv.conf allows (with
  /// glibc's defaults 10 s for each name server), and no wakeup ends it. An address in place of the
  /// name is not looked up.
  /// - Parameters:
  ///   - timeout: how long each address has to answer.
  ///   - wakeup: ends the attempt when it rings, or has rung since it was last heard.
  public init(
    connectingTo endpoint: Endpoint, timeout: Duration, wakeup: Wakeup? = nil
  ) throws(SocketError) {
    let addresses = try AddressList(resolving: endpoint)
    descriptor = try Socket.connect(
      toFirstOf: UnsafePointer(addresses.first), timeout: timeout, wakeup: wakeup)
  }

  /// Takes over a connection that does not block.
  init(owning descriptor: consuming FileDescriptor) {
    self.descriptor = descriptor
  }

  /// Reads what has come, up to `buffer.count` bytes; 0 where the other end has closed (recv(2)).
  /// - Throws: `wouldBlock` where nothing has come yet; `ECONNRESET`, `ETIMEDOUT` where the
  ///   connection is broken.
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
    try retryingOnInterrupt { recv(descriptor.rawValue, buffer.baseAddress, buffer.count, 0) }
  }

  /// Gives bytes to the kernel and returns how many it took (send(2)). A connection that is gone is
  /// an error here, never the signal SIGPIPE.
  /// - Throws: `wouldBlock` where it takes none now; `EPIPE`, `ECONNRESET`, `ETIMEDOUT` where the
  ///   connection is broken.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(Errno) -> Int {
    try retryingOnInterrupt {
      send(descriptor.rawValue, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
    }
  }

  /// Tells the other end that nothing more will be written; reading goes on (shutdown(2), SHUT_WR).
  public func finishWriting() throws(Errno) {
    _ = try retryingOnInterrupt { shutdown(descriptor.rawValue, Int32(SHUT_WR)) }
  }

  /// Waits until the connection is ready for one of `interests`, `wakeup` rings, or `timeout`
  /// passes (poll(2)). Both can have happened at once, and both are told.
  /// - Throws: `ENOMEM`.
  public func wait(
    for interests: Poll.Readiness, timeout: Duration, wakeup: Wakeup? = nil
  ) throws(Errno) -> Poll.Awaited {
    try Poll.wait(for: descriptor, interests, timeout: timeout, wakeup: wakeup)
  }

  /// The number by which a C library is told of the connection; it stays this socket's to close.
  public var descriptorNumber: Int32 { descriptor.rawValue }
}

extension Socket {
  /// Connects to the first address of a list that answers.
  static func connect(
    toFirstOf addresses: UnsafePointer<addrinfo>?, timeout: Duration, wakeup: Wakeup?
  ) throws(SocketError) -> FileDescriptor {
    var failure = SocketError.nameNotFound(code: EAI_NONAME)
    var next = addresses
    var tried = 0
    while let address = next, tried < addressesMax {
      do throws(Errno) {
        let connected = try connect(to: address.pointee, timeout: timeout, wakeup: wakeup)
        if let connected { return connected }
        failure = .cancelled
        break
      } catch {
        failure = .connectFailed(error)
      }
      next = UnsafePointer(address.pointee.ai_next)
      tried += 1
    }
    throw failure
  }

  /// Connects to one address; nil where `wakeup` has rung first.
  private static func connect(
    to address: addrinfo, timeout: Duration, wakeup: Wakeup?
  ) throws(Errno) -> FileDescriptor? {
    let descriptor = FileDescriptor(
      owning: try retryingOnInterrupt {
        socket(
          address.ai_family,
          address.ai_socktype | Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue),
          address.ai_protocol)
      })
    // A packet that is written is wanted at the other end, not collected with later ones.
    try setOption(descriptor, Int32(TCP_NODELAY), 1)
    try setOption(descriptor, Int32(TCP_USER_TIMEOUT), Int32(userTimeout.milliseconds))

    if CLinux.connect(descriptor.rawValue, address.ai_addr, address.ai_addrlen) < 0 {
      // Interrupted by a signal it goes on all the same, like one in progress (connect(2)).
      let error = Errno.last
      guard error == .inProgress || error.rawValue == EINTR else { throw error }
    }
    let awaited = try Poll.wait(
      for: descriptor, .writable, timeout: timeout, wakeup: wakeup)
    if awaited.rang { return nil }
    if awaited.readiness.isEmpty { throw .timedOut }
    try throwPendingError(of: descriptor)
    return descriptor
  }

  private static func setOption(
    _ descriptor: borrowing FileDescriptor, _ option: Int32, _ value: Int32
  ) throws(Errno) {
    var value = value
    _ = try retryingOnInterrupt {
      setsockopt(
        descriptor.rawValue, Int32(IPPROTO_TCP), option, &value,
        socklen_t(MemoryLayout<Int32>.size))
    }
  }

  /// How the connect that was in progress ended (socket(7), SO_ERROR).
  private static func throwPendingError(of descriptor: borrowing FileDescriptor) throws(Errno) {
    var pending: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    _ = try retryingOnInterrupt {
      getsockopt(descriptor.rawValue, SOL_SOCKET, SO_ERROR, &pending, &size)
    }
    if pending != 0 { throw Errno(pending) }
  }
}

/// The addresses of a host, as getaddrinfo(3) gave them; they free themselves.
private struct AddressList: ~Copyable {
  let first: UnsafeMutablePointer<addrinfo>?

  init(resolving endpoint: Endpoint) throws(SocketError) {
    // A text with a NUL inside would reach C as another, shorter one.
    guard !endpoint.host.utf8.contains(0) else { throw .nameNotFound(code: EAI_NONAME) }
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_protocol = Int32(IPPROTO_TCP)
    hints.ai_flags = AI_NUMERICSERV
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(endpoint.host, "\(endpoint.port)", &hints, &list)
    guard code == 0 else {
      // The name service itself failed: errno says how.
      throw code == EAI_SYSTEM ? .connectFailed(Errno.last) : .nameNotFound(code: code)
    }
    first = list
  }

  deinit {
    if let first { freeaddrinfo(first) }
  }
}
