public import Glibc
public import System

/// A server on the loopback interface. The kernel lets clients connect, as many as its queue holds;
/// nobody says a word to them before `accept` takes them.
public final class Listener: Sendable {
  /// Where it listens.
  public let endpoint: Endpoint
  private let descriptor: Int32
  /// Connections that fill the queue of a listener that nobody takes from.
  private let fillers: [Int32]

  /// - Parameters:
  ///   - family: AF_INET or AF_INET6.
  ///   - port: 0 for one that is free.
  ///   - receiveBuffer: the bytes of a connection that the kernel takes before anybody reads them.
  ///   - isDeaf: its queue is full, so that the kernel drops who wants to connect.
  public init(
    family: Int32 = AF_INET, port: UInt16 = 0, receiveBuffer: Int32? = nil, isDeaf: Bool = false
  ) throws(Errno) {
    let descriptor = socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    if port != 0 { setOption(descriptor, SOL_SOCKET, SO_REUSEADDR, 1 as Int32) }
    if let receiveBuffer { setOption(descriptor, SOL_SOCKET, SO_RCVBUF, receiveBuffer) }
    var address = SocketAddress(family: family, port: port)
    guard
      address.withPointer({ pointer, size in
        bind(descriptor, pointer, size.pointee) == 0 && listen(descriptor, isDeaf ? 0 : 64) == 0
          && getsockname(descriptor, pointer, size) == 0
      })
    else {
      let error = Errno.last
      close(descriptor)
      throw error
    }
    self.descriptor = descriptor
    endpoint = Endpoint(host: family == AF_INET ? "127.0.0.1" : "::1", port: address.port)
    fillers = (0..<(isDeaf ? 4 : 0)).map { _ in
      let filler = socket(family, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
      _ = address.withPointer { connect(filler, $0, $1.pointee) }
      return filler
    }
  }

  deinit {
    for filler in fillers { close(filler) }
    close(descriptor)
  }

  /// The port of TCP.
  public var port: UInt16 { endpoint.port }

  /// The next client.
  /// - Throws: `ETIMEDOUT` where none comes within `limit`, `EINVAL` after `stop`.
  public func accept(within limit: Duration = .seconds(10)) throws(Errno) -> TestSocket {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&request, 1, Int32(limit.milliseconds)) == 1 else { throw .timedOut }
    let client = Glibc.accept(descriptor, nil, nil)
    guard client >= 0 else { throw Errno.last }
    return TestSocket(owning: client)
  }

  /// Ends an `accept` that waits in another thread, and all later ones.
  public func stop() {
    shutdown(descriptor, Int32(SHUT_RDWR))
  }
}

/// A port of TCP on the loopback interface for a server that is about to start. Nobody else gets it
/// meanwhile: it lies below those that the kernel chooses from (ip(7), ip_local_port_range), and this
/// process asks for it once only.
public func freePort() throws(Errno) -> UInt16 {
  while true {
    let port = ports.withLock { next in
      defer { next = next < portsEnd ? next + 1 : portsBegin }
      return next
    }
    do throws(Errno) {
      return try Listener(port: port).port
    } catch {
      guard error.rawValue == EADDRINUSE else { throw error }
    }
  }
}

private let (portsBegin, portsEnd): (UInt16, UInt16) = (16_384, 32_767)
/// It begins anywhere, for the tests of another checkout may run on the same machine.
private let ports = Locked(UInt16.random(in: portsBegin...portsEnd))

/// Whether something accepts connections at a port of the loopback interface.
public func isOpen(_ port: UInt16) -> Bool {
  do throws(Errno) {
    _ = try TestSocket(connectingTo: port)
    return true
  } catch {
    return false
  }
}

/// The loopback interface's address and a port, of either family.
struct SocketAddress {
  private var storage = sockaddr_in6()
  private var size: socklen_t

  init(family: Int32, port: UInt16) {
    storage.sin6_family = sa_family_t(family)
    // The port has the same place in both families.
    storage.sin6_port = port.bigEndian
    size = socklen_t(
      family == AF_INET ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size)
    // 127.0.0.1 begins behind family and port; ::1 ends before the scope.
    withUnsafeMutableBytes(of: &storage) { bytes in
      if family == AF_INET { bytes[4] = 127 }
      bytes[family == AF_INET ? 7 : 23] = 1
    }
  }

  var port: UInt16 { UInt16(bigEndian: storage.sin6_port) }

  /// The address and its size as C takes them; C may write both.
  mutating func withPointer<Result>(
    _ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Result
  ) -> Result {
    withUnsafeMutablePointer(to: &storage) { storage in
      withUnsafeMutablePointer(to: &size) { size in
        storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, size) }
      }
    }
  }
}

/// setsockopt(2); what cannot be set shows in the test.
func setOption<Value: BitwiseCopyable>(
  _ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Value
) {
  var value = value
  setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Value>.size))
}
