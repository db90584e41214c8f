internal import Glibc
public import System

/// One end of a connection of TCP that blocks, with a time limit on everything; it closes itself.
public final class TestSocket: Sendable {
  /// The number by which the kernel knows it.
  public let descriptor: Int32

  /// How long a read or a write may take; a test that comes near it has failed.
  private static let limit = timeval(tv_sec: 10, tv_usec: 0)

  /// Takes over an open socket.
  public init(owning descriptor: Int32) {
    self.descriptor = descriptor
    setOption(descriptor, SOL_SOCKET, SO_RCVTIMEO, TestSocket.limit)
    setOption(descriptor, SOL_SOCKET, SO_SNDTIMEO, TestSocket.limit)
    setOption(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1 as Int32)
  }

  /// A connection to a port of the loopback interface.
  public convenience init(connectingTo port: UInt16) throws(Errno) {
    self.init(
      owning: socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0))
    var address = SocketAddress(family: AF_INET, port: port)
    let descriptor = descriptor
    guard address.withPointer({ connect(descriptor, $0, $1.pointee) }) == 0 else {
      throw Errno.last
    }
  }

  deinit {
    close(descriptor)
  }

  /// Writes all of `bytes`; false where the other end has closed.
  @discardableResult
  public func send(_ bytes: [UInt8]) -> Bool {
    Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
  }

  /// Reads `count` bytes; fewer only where the other end has closed.
  /// - Throws: `EAGAIN` where nothing came in time; `ECONNRESET`.
  public func read(_ count: Int) throws(Errno) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: min(count, 65_536))
    while bytes.count < count {
      let result = recv(descriptor, &buffer, min(buffer.count, count - bytes.count), 0)
      if result < 0 { throw Errno.last }
      if result == 0 { break }
      bytes += buffer[..<result]
    }
    return bytes
  }

  /// Reads what has come, and waits where nothing has; nothing at the end and after a failure.
  public func readSome() -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    return Array(buffer.prefix(max(0, count)))
  }

  /// Whether the other end has closed, after whatever it had still sent.
  public func isClosedByPeer() -> Bool {
    do throws(Errno) {
      while try !read(1).isEmpty {}
      return true
    } catch {
      return error.rawValue == ECONNRESET
    }
  }

  /// Says that nothing more will be written (shutdown(2)).
  public func finishWriting() {
    shutdown(descriptor, Int32(SHUT_WR))
  }

  /// From now on it closes with a reset in place of an end (socket(7), SO_LINGER).
  public func resetWhenClosed() {
    setOption(descriptor, SOL_SOCKET, SO_LINGER, linger(l_onoff: 1, l_linger: 0))
  }
}
