import Glibc
import System
import Testing

/// A broker on a free port of 127.0.0.1 that does for one connection what a test's script says, on
/// a thread of its own.
final class ScriptedBroker: Sendable {
  let endpoint: Endpoint
  private let listener: Int32
  private let thread: Thread
  private let failure = Locked<String?>(nil)

  struct Failure: Error {
    let text: String
  }

  /// - Parameter receiveBuffer: bytes that the kernel takes before the script reads them.
  init(
    receiveBuffer: Int32? = nil, _ script: @escaping @Sendable (Peer) throws(Failure) -> Void
  ) throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    if var receiveBuffer {
      setsockopt(
        listener, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size))
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutableBytes(of: &address) { bytes -> Int32 in
      guard let start = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self),
        bind(listener, start, size) == 0, listen(listener, 16) == 0
      else { return -1 }
      return getsockname(listener, start, &size)
    }
    guard result == 0 else { throw Errno.last }
    endpoint = Endpoint(host: "127.0.0.1", port: UInt16(bigEndian: address.sin_port))
    let failure = failure
    thread = try Thread("broker") {
      do throws(Failure) {
        try script(try Peer(acceptedBy: listener))
      } catch {
        failure.update { $0 = error.text }
      }
    }
  }

  deinit {
    close(listener)
  }

  /// Waits until the script has ended; nil where it went as written, else what did not.
  func finish() -> String? {
    guard thread.join(within: .seconds(20)) else { return "the script hangs" }
    return failure.withLock { $0 }
  }

  /// How many sockets of this process are connected to the broker (proc_pid_net(5)). A closed one
  /// may still be listed, but has no inode.
  func openConnections() -> Int {
    guard let file = fopen("/proc/self/net/tcp", "r") else { return -1 }
    defer { fclose(file) }
    let port = String(endpoint.port, radix: 16, uppercase: true)
    let wanted = ":" + String(repeating: "0", count: 4 - port.count) + port
    var count = 0
    var line = Array(repeating: 0 as UInt8, count: 512)
    while line.withUnsafeMutableBytes({ fgets($0.baseAddress, 512, file) }) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }, as: UTF8.self)
      let fields = text.split(separator: " ")
      if fields.count > 9, fields[2].hasSuffix(wanted), fields[9] != "0" { count += 1 }
    }
    return count
  }
}

/// The broker's end of the connection. Everything has 10 s at most.
final class Peer {
  private let descriptor: Int32

  fileprivate init(acceptedBy listener: Int32) throws(ScriptedBroker.Failure) {
    var request = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
    guard poll(&request, 1, 10_000) == 1 else {
      throw ScriptedBroker.Failure(text: "nobody connected")
    }
    descriptor = accept(listener, nil, nil)
    var limit = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var one: Int32 = 1
    setsockopt(
      descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
  }

  deinit {
    close(descriptor)
  }

  /// Reads as many bytes as are expected, and no more, and compares.
  func expect(_ expected: [UInt8]) throws(ScriptedBroker.Failure) {
    let came = try read(expected.count)
    if came != expected {
      throw ScriptedBroker.Failure(
        text: "expected \(expected.count) bytes, \(expected.prefix(40)), and \(came.count) came, "
          + "\(came.prefix(40))")
    }
  }

  /// Reads `count` bytes, fewer only at the end.
  func read(_ count: Int) throws(ScriptedBroker.Failure) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = Array(repeating: 0 as UInt8, count: 65_536)
    while bytes.count < count {
      let result = recv(descriptor, &buffer, min(buffer.count, count - bytes.count), 0)
      if result < 0 { throw ScriptedBroker.Failure(text: "read: \(Errno.last.text)") }
      if result == 0 { break }
      bytes += buffer.prefix(result)
    }
    return bytes
  }

  func expectEnd() throws(ScriptedBroker.Failure) {
    let came = try read(1)
    if !came.isEmpty { throw ScriptedBroker.Failure(text: "\(came) came and not the end") }
  }

  func write(_ bytes: [UInt8]) throws(ScriptedBroker.Failure) {
    if send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) != bytes.count {
      throw ScriptedBroker.Failure(text: "write: \(Errno.last.text)")
    }
  }

  /// Writes one byte a segment, with time between them for the other end to see them so.
  func writeSlowly(_ bytes: [UInt8]) throws(ScriptedBroker.Failure) {
    for byte in bytes {
      try write([byte])
      Clock.sleep(for: .milliseconds(2))
    }
  }
}

/// Expects two values to be equal. The macro cannot look into an expression on a `Client`, which is
/// not copyable.
func expect<Value: Equatable>(
  _ value: Value, _ expected: Value, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(value == expected, sourceLocation: sourceLocation)
}
