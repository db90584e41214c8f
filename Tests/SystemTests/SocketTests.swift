import Glibc
import Testing

@testable import System

@Suite struct SocketTests {
  @Test func `bytes go both ways`() throws {
    let listener = try Listener()
    let socket = try Socket(connectingTo: listener.endpoint, timeout: .seconds(5))
    let peer = listener.accept()
    #expect(throws: Errno.wouldBlock) { try socket.receive() }
    let sent = try socket.transmit([1, 2, 3])
    #expect(sent == 3)
    #expect(peer.read() == [1, 2, 3])
    peer.write([4, 5])
    let awaited = try socket.wait(for: .readable, timeout: .seconds(5))
    #expect(awaited.readiness == .readable)
    #expect(!awaited.rang)
    let received = try socket.receive()
    #expect(received == [4, 5])
  }

  @Test func `the end of the other side's bytes is told`() throws {
    let listener = try Listener()
    let socket = try Socket(connectingTo: listener.endpoint, timeout: .seconds(5))
    listener.accept().close()
    _ = try socket.wait(for: .readable, timeout: .seconds(5))
    let received = try socket.receive()
    #expect(received == [])
  }

  @Test func `after its own end a socket still reads`() throws {
    let listener = try Listener()
    let socket = try Socket(connectingTo: listener.endpoint, timeout: .seconds(5))
    let peer = listener.accept()
    try socket.finishWriting()
    #expect(peer.read() == [])
    peer.write([7])
    _ = try socket.wait(for: .readable, timeout: .seconds(5))
    let received = try socket.receive()
    #expect(received == [7])
  }

  /// The test's process would end here by SIGPIPE if it were not an error.
  @Test func `writing to a connection that is gone is an error`() throws {
    let listener = try Listener()
    let socket = try Socket(connectingTo: listener.endpoint, timeout: .seconds(5))
    listener.accept().reset()
    _ = try socket.wait(for: .readable, timeout: .seconds(5))
    #expect(throws: Errno(ECONNRESET)) { try socket.receive() }
    #expect(throws: Errno(EPIPE)) { try socket.transmit([1]) }
  }

  @Test func `a full buffer takes no more without waiting`() throws {
    let listener = try Listener()
    let socket = try Socket(connectingTo: listener.endpoint, timeout: .seconds(5))
    let peer = listener.accept()
    let chunk = Array(repeating: 0 as UInt8, count: 1 << 20)
    #expect(throws: Errno.wouldBlock) {
      // Both buffers together are far under 1 GiB (tcp_rmem, tcp_wmem).
      for _ in 0..<1_024 { _ = try socket.transmit(chunk) }
    }
    let awaited = try socket.wait(for: .writable, timeout: .zero)
    #expect(awaited.readiness.isEmpty)
    peer.close()
  }

  @Test func `a port where nobody listens refuses`() throws {
    let endpoint = try Listener().endpoint
    #expect(throws: SocketError.connectFailed(Errno(ECONNREFUSED))) {
      _ = try Socket(connectingTo: endpoint, timeout: .seconds(5))
    }
  }

  @Test(arguments: ["no such host", "", "127.0.0.1\0.example"])
  func `a name that cannot be is not found`(host: String) throws {
    #expect(throws: SocketError.nameNotFound(code: EAI_NONAME)) {
      _ = try Socket(connectingTo: Endpoint(host: host, port: 1), timeout: .seconds(5))
    }
    #expect(
      SocketError.nameNotFound(code: EAI_NONAME).text == "Name or service not known")
  }

  @Test func `an address that does not answer times out`() throws {
    let listener = try Listener(isDeaf: true)
    #expect(throws: SocketError.connectFailed(.timedOut)) {
      _ = try Socket(connectingTo: listener.endpoint, timeout: .milliseconds(50))
    }
  }

  @Test func `a wakeup ends a connect that hangs`() throws {
    let listener = try Listener(isDeaf: true)
    let wakeup = try Wakeup()
    let ringer = try Thread("ringer") {
      Clock.sleep(for: .milliseconds(20))
      wakeup.ring()
    }
    #expect(throws: SocketError.cancelled) {
      _ = try Socket(connectingTo: listener.endpoint, timeout: .seconds(60), wakeup: wakeup)
    }
    #expect(!wakeup.heard(), "it is silenced")
    ringer.join(within: .seconds(5))
  }

  @Test func `a wakeup that rang before cancels at once`() throws {
    let listener = try Listener()
    let wakeup = try Wakeup()
    wakeup.ring()
    #expect(throws: SocketError.cancelled) {
      _ = try Socket(connectingTo: listener.endpoint, timeout: .seconds(60), wakeup: wakeup)
    }
  }

  @Test func `a wait tells of bytes and of the wakeup when both are there`() throws {
    let listener = try Listener()
    let socket = try Socket(connectingTo: listener.endpoint, timeout: .seconds(5))
    let peer = listener.accept()
    peer.write([1])
    _ = try socket.wait(for: .readable, timeout: .seconds(5))
    let wakeup = try Wakeup()
    wakeup.ring()
    let awaited = try socket.wait(for: .readable, timeout: .seconds(60), wakeup: wakeup)
    #expect(awaited.readiness == .readable && awaited.rang)
    let later = try socket.wait(for: .readable, timeout: .zero, wakeup: wakeup)
    #expect(later.readiness == .readable && !later.rang)
  }

  @Test func `an address of IPv6 can be given`() throws {
    guard let listener = try? Listener(family: AF_INET6) else {
      return  // A machine without IPv6.
    }
    let socket = try Socket(connectingTo: listener.endpoint, timeout: .seconds(5))
    let peer = listener.accept()
    _ = try socket.transmit([6])
    #expect(peer.read() == [6])
  }

  /// As for a name with an address of IPv6 and one of IPv4, where the server has only the second.
  @Test func `addresses are tried in turn`() throws {
    let listener = try Listener()
    let addresses = Addresses([try Listener().endpoint, listener.endpoint])
    _ = try Socket.connect(toFirstOf: addresses.first, timeout: .seconds(5), wakeup: nil)
    listener.accept().close()
  }

  @Test func `no more than eight addresses are tried`() throws {
    let listener = try Listener()
    let refused = try Listener().endpoint
    let addresses = Addresses(Array(repeating: refused, count: 8) + [listener.endpoint])
    #expect(throws: SocketError.connectFailed(Errno(ECONNREFUSED))) {
      _ = try Socket.connect(toFirstOf: addresses.first, timeout: .seconds(5), wakeup: nil)
    }
  }

  @Test func `the descriptor is set up as it should be`() throws {
    let listener = try Listener()
    let addresses = Addresses([listener.endpoint])
    let descriptor = try Socket.connect(
      toFirstOf: addresses.first, timeout: .seconds(5), wakeup: nil)
    #expect(fcntl(descriptor.rawValue, F_GETFD) & FD_CLOEXEC != 0)
    #expect(fcntl(descriptor.rawValue, F_GETFL) & O_NONBLOCK != 0)
    #expect(option(descriptor.rawValue, TCP_NODELAY) != 0)
    #expect(option(descriptor.rawValue, TCP_USER_TIMEOUT) == 30_000)
  }

  /// Other tests open and close descriptors at the same time, but not hundreds.
  @Test func `what does not connect leaves no descriptor open`() throws {
    let endpoint = try Listener().endpoint
    let before = openDescriptors()
    for _ in 0..<500 {
      _ = try? Socket(connectingTo: endpoint, timeout: .seconds(5))
    }
    #expect(openDescriptors() - before < 250)
  }

  private func option(_ descriptor: Int32, _ option: Int32) -> Int32 {
    var value: Int32 = -1
    var size = socklen_t(MemoryLayout<Int32>.size)
    getsockopt(descriptor, Int32(IPPROTO_TCP), option, &value, &size)
    return value
  }

  private func openDescriptors() -> Int {
    guard let directory = opendir("/proc/self/fd") else { return 0 }
    defer { closedir(directory) }
    var count = 0
    while readdir(directory) != nil { count += 1 }
    return count
  }
}

extension Socket {
  fileprivate func receive() throws(Errno) -> [UInt8] {
    var buffer = Array(repeating: 0 as UInt8, count: 64)
    let count = try buffer.withUnsafeMutableBufferPointer { (bytes) throws(Errno) in
      try read(into: UnsafeMutableRawBufferPointer(bytes))
    }
    return Array(buffer.prefix(count))
  }

  fileprivate func transmit(_ bytes: [UInt8]) throws(Errno) -> Int {
    try bytes.withUnsafeBufferPointer { (bytes) throws(Errno) in
      try write(UnsafeRawBufferPointer(bytes))
    }
  }
}

/// The other end of a connection, blocking, with a limit of 5 s for everything.
private final class Peer {
  private let descriptor: Int32
  private var isOpen = true

  init(_ descriptor: Int32) {
    precondition(descriptor >= 0, "nobody connected")
    self.descriptor = descriptor
    var limit = timeval(tv_sec: 5, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close() }

  func read() -> [UInt8] {
    var buffer = Array(repeating: 0 as UInt8, count: 64)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    precondition(count >= 0, "nothing came")
    return Array(buffer.prefix(count))
  }

  func write(_ bytes: [UInt8]) {
    precondition(send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count)
  }

  func close() {
    if isOpen { Glibc.close(descriptor) }
    isOpen = false
  }

  /// Closes with RST instead of FIN (socket(7), SO_LINGER).
  func reset() {
    var now = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
    close()
  }
}

/// A server on a free port of the loopback interface.
private final class Listener {
  let endpoint: Endpoint
  private let descriptor: Int32
  /// Connections that fill the queue of a listener that nobody takes from.
  private var fillers: [Int32] = []

  /// - Parameter isDeaf: its queue is full, so that the kernel drops who wants to connect.
  init(family: Int32 = AF_INET, isDeaf: Bool = false) throws {
    let descriptor = socket(family, Int32(SOCK_STREAM.rawValue), 0)
    self.descriptor = descriptor
    var address = sockaddr_in6()
    var size = socklen_t(
      family == AF_INET ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size)
    address.sin6_family = sa_family_t(family)
    let failure = withUnsafeMutableBytes(of: &address) { bytes -> Int32 in
      // 127.0.0.1 begins behind family and port; ::1 ends before the scope.
      if family == AF_INET { bytes[4] = 127 }
      bytes[family == AF_INET ? 7 : 23] = 1
      guard let start = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return -1 }
      guard bind(descriptor, start, size) == 0, listen(descriptor, isDeaf ? 0 : 16) == 0 else {
        return -1
      }
      return getsockname(descriptor, start, &size)
    }
    // The port has the same place in both families.
    endpoint = Endpoint(
      host: family == AF_INET ? "127.0.0.1" : "::1", port: UInt16(bigEndian: address.sin6_port))
    guard failure == 0 else { throw Errno.last }
    guard isDeaf else { return }
    for _ in 0..<4 {
      let filler = socket(family, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
      withUnsafeMutableBytes(of: &address) { bytes in
        _ = connect(filler, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), size)
      }
      fillers.append(filler)
    }
  }

  deinit {
    for filler in fillers { close(filler) }
    close(descriptor)
  }

  func accept() -> Peer {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    precondition(poll(&request, 1, 5_000) == 1, "nobody connected within 5 s")
    return Peer(Glibc.accept(descriptor, nil, nil))
  }
}

/// A list as getaddrinfo(3) gives it, but of the test's own choice.
private final class Addresses {
  private var nodes: [UnsafeMutablePointer<addrinfo>] = []

  init(_ endpoints: [Endpoint]) {
    for endpoint in endpoints {
      var hints = addrinfo()
      hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
      var list: UnsafeMutablePointer<addrinfo>?
      getaddrinfo(endpoint.host, "\(endpoint.port)", &hints, &list)
      guard let list else { continue }
      nodes.last?.pointee.ai_next = list
      nodes.append(list)
    }
  }

  var first: UnsafePointer<addrinfo>? { nodes.first.map { UnsafePointer($0) } }

  deinit {
    for node in nodes {
      node.pointee.ai_next = nil
      freeaddrinfo(node)
    }
  }
}
