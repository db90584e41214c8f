internal import CLinux

extension Socket {
  /// Connects to the Unix socket at a path (unix(7)).
  /// - Throws: `ENOENT` where there is none, `ECONNREFUSED` where nobody listens, `EACCES` where the
  ///   permissions do not allow it, `EAGAIN` where too many others wait, `ENAMETOOLONG`, `EINVAL`.
  public init(connectingToUnixSocket path: String) throws(Errno) {
    let descriptor = try UnixSocketAddress.makeSocket(AF_UNIX)
    let address = try UnixSocketAddress(path)
    // There is nothing to wait for: it is taken into the queue, or it fails.
    try address.withPointer { (pointer, size) throws(Errno) in
      _ = try retryingOnInterrupt { CLinux.connect(descriptor.rawValue, pointer, size) }
    }
    self.init(owning: descriptor)
  }
}

/// A path as the address of a Unix socket.
struct UnixSocketAddress {
  private var storage = sockaddr_un()
  private let size: socklen_t

  init(_ path: String) throws(Errno) {
    guard !path.utf8.isEmpty else { throw .invalidArgument }
    guard path.utf8.count <= clinux_unix_path_max() else { throw Errno(ENAMETOOLONG) }
    var storage = sockaddr_un()
    size = try path.withCPath { (path) throws(Errno) in clinux_unix_address(&storage, path) }
    self.storage = storage
  }

  /// The address as C takes it.
  func withPointer<Result>(
    _ body: (UnsafePointer<sockaddr>, socklen_t) throws(Errno) -> Result
  ) throws(Errno) -> Result {
    try withUnsafePointer(to: storage) { (pointer) throws(Errno) in
      try body(UnsafeRawPointer(pointer).assumingMemoryBound(to: sockaddr.self), size)
    }
  }

  /// A stream socket that does not block.
  static func makeSocket(_ family: Int32) throws(Errno) -> FileDescriptor {
    FileDescriptor(
      owning: try retryingOnInterrupt {
        socket(
          family, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
      })
  }
}
