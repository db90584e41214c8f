internal import CLinux

/// What is told to systemd, or whoever else has started the program as a service (sd_notify(3)).
///
/// The protocol is a datagram of lines to the socket that NOTIFY_SOCKET names; nothing of libsystemd
/// is needed for it. Without that variable nobody is told.
public struct ServiceManager: Sendable {
  /// The path of a socket, or an abstract name that begins with `@`.
  private let socketName: [UInt8]?
  /// After this long without a sign of life the service is taken for hung; nil where nobody watches
  /// (sd_watchdog_enabled(3)).
  public let watchdogTimeout: Duration?

  /// Whoever the environment names.
  public init() {
    self.init(
      socket: ServiceManager.environment("NOTIFY_SOCKET"),
      watchdogMicroseconds: ServiceManager.environment("WATCHDOG_USEC"),
      watchedProcess: ServiceManager.environment("WATCHDOG_PID"))
  }

  /// Whoever these variables name.
  init(socket: String?, watchdogMicroseconds: String?, watchedProcess: String?) {
    let name = socket.map { Array($0.utf8) } ?? []
    // The kernel's limit, with the NUL at the end (unix(7)).
    socketName = (2..<ServiceManager.pathSize).contains(name.count) ? name : nil
    let isMeant = watchedProcess.map { $0 == "\(getpid())" } ?? true
    watchdogTimeout = watchdogMicroseconds.flatMap { Int64($0) }.flatMap { microseconds in
      isMeant && microseconds > 0 && microseconds < Int64.max / 1_000
        ? .microseconds(microseconds) : nil
    }
  }

  /// Tells some of the assignments of sd_notify(3), e.g. `READY=1`, a line each.
  /// - Returns: whether somebody was told.
  @discardableResult
  public func tell(_ assignments: String) -> Bool {
    guard let socketName else { return false }
    let number = socket(
      AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    guard number >= 0 else { return false }
    let descriptor = FileDescriptor(owning: number)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { path in
      for (index, byte) in socketName.enumerated() { path[index] = byte }
      // An abstract name has a NUL in front instead of behind (unix(7)).
      if socketName[0] == UInt8(ascii: "@") { path[0] = 0 }
    }
    let size = MemoryLayout<sa_family_t>.size + socketName.count
    let text = Array(assignments.utf8)
    let sent = withUnsafeBytes(of: &address) { address in
      text.withUnsafeBufferPointer { text in
        sendto(
          descriptor.rawValue, text.baseAddress, text.count, Int32(MSG_NOSIGNAL),
          address.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(size))
      }
    }
    return sent == text.count
  }

  private static let pathSize = MemoryLayout.size(ofValue: sockaddr_un().sun_path)

  private static func environment(_ name: StaticString) -> String? {
    getenv("\(name)").map { String(cString: $0) }
  }
}
