import Glibc
import TestSupport
import Testing

@testable import System

@Suite struct SocketTests {
  @Test func `bytes go both ways`() throws {
    let listener = try Listener()
    let socket = try Socket(connectingTo: listener.endpoint, timeout: .seconds(5))
    let peer = try listener.accept()
    #expect(throws: Errno.wouldBlock) { try socket.receive() }
    let sent = try socket.transmit([1, 2, 3])
    #expect(sent == 3)
    #expect(try peer.read(3) == [1, 2, 3])
    peer.send([4, 5])
    let awaited = try socket.wait(for: .readable, timeout: .seconds(5))
    #expect(awaited.readiness == .readable)
    #expect(!awaited.rang)
    let received = try socket.receive()
    #expect(received == [4, 5])
  }

  @Test func `the end of the other side's bytes is told`() throws {
    let listener = try Listener()
    let socket = try Socket(connectingTo: listener.endpoint, timeout: .seconds(5))
    _ = try listener.accept()
    _ = try socket.wait(for: .readable, timeout: .seconds(5))
    let received = try socket.receive()
    #expect(received == [])
  }

  @Test func `after its own end a socket still reads`() throws {
    let listener = try Listener()
    let socket = try Socket(connectingTo: listener.endpoint, timeout: .seconds(5))
    let peer = try listener.accept()
    try socket.finishWriting()
    #expect(try peer.read(1) == [])
    peer.send([7])
    _ = try socket.wait(for: .readable, timeout: .seconds(5))
    let received = try socket.receive()
    #expect(received == [7])
  }

  /// The test's process would end here by SIGPIPE if it were not an error.
  @Test func `writing to a connection that is gone is an error`() throws {
    let listener = try Listener()
    let socket = try Socket(connectingTo: listener.endpoint, timeout: .seconds(5))
    try listener.accept().resetWhenClosed()
    _ = try socket.wait(for: .readable, timeout: .seconds(5))
    #expect(throws: Errno(ECONNRESET)) { try socket.receive() }
    #expect(throws: Errno(EPIPE)) { try socket.transmit([1]) }
  }

  @Test func `a full buffer takes no more without waiting`() throws {
    let listener = try Listener()
    let socket = try Socket(connectingTo: listener.endpoint, timeout: .seconds(5))
    let peer = try listener.accept()
    let chunk = Array(repeating: 0 as UInt8, count: 1 << 20)
    #expect(throws: Errno.wouldBlock) {
      // Both buffers together are far under 1 GiB (tcp_rmem, tcp_wmem).
      for _ in 0..<1_024 { _ = try socket.transmit(chunk) }
    }
    let awaited = try socket.wait(for: .writable, timeout: .zero)
    #expect(awaited.readiness.isEmpty)
    withExtendedLifetime(peer) {}
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
    let peer = try listener.accept()
    peer.send([1])
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
    let peer = try listener.accept()
    _ = try socket.transmit([6])
    #expect(try peer.read(1) == [6])
  }

  /// As for a name with an address of IPv6 and one of IPv4, where the server has only the second.
  @Test func `addresses are tried in turn`() throws {
    let listener = try Listener()
    let addresses = Addresses([try Listener().endpoint, listener.endpoint])
    _ = try Socket.connect(toFirstOf: addresses.first, timeout: .seconds(5), wakeup: nil)
    _ = try listener.accept()
  }

  /// Each address has the whole timeout: one that does not answer takes nothing from the next.
  @Test(arguments: [1, 2])
  func `an address that does not answer leaves the next its time`(deafCount: Int) throws {
    let listener = try Listener()
    let deaf = try (0..<deafCount).map { _ in try Listener(isDeaf: true) }
    let addresses = Addresses(deaf.map { $0.endpoint } + [listener.endpoint])
    let start = Clock.sinceBoot
    _ = try Socket.connect(toFirstOf: addresses.first, timeout: .milliseconds(200), wakeup: nil)
    let took = Clock.sinceBoot - start
    #expect(took >= .milliseconds(200) * deafCount)
    _ = try listener.accept()
  }

  @Test func `of addresses that all fail, the last one's reason is told`() throws {
    let deaf = try Listener(isDeaf: true)
    let refused = try Listener().endpoint
    for (endpoints, error) in [
      ([deaf.endpoint, refused], Errno(ECONNREFUSED)), ([refused, deaf.endpoint], .timedOut),
    ] {
      let addresses = Addresses(endpoints)
      #expect(throws: SocketError.connectFailed(error)) {
        _ = try Socket.connect(
          toFirstOf: addresses.first, timeout: .milliseconds(50), wakeup: nil)
      }
    }
  }

  @Test func `a wakeup at the first address leaves the others alone`() throws {
    let deaf = try Listener(isDeaf: true)
    let listener = try Listener()
    let addresses = Addresses([deaf.endpoint, listener.endpoint])
    let wakeup = try Wakeup()
    let ringer = try Thread("ringer") {
      Clock.sleep(for: .milliseconds(20))
      wakeup.ring()
    }
    #expect(throws: SocketError.cancelled) {
      _ = try Socket.connect(toFirstOf: addresses.first, timeout: .seconds(60), wakeup: wakeup)
    }
    #expect(throws: Errno.timedOut) { try listener.accept(within: .zero) }
    ringer.join(within: .seconds(5))
  }

  /// Both families in one list, and a family that this machine need not have: 2001:db8::/32 is for
  /// documents (RFC 3849), and leads nowhere.
  @Test func `an address of the other family is next`() throws {
    let listener = try Listener()
    let nowhere = Endpoint(host: "2001:db8::1", port: listener.port)
    let addresses = Addresses([nowhere, Endpoint(host: "::1", port: 1), listener.endpoint])
    _ = try Socket.connect(toFirstOf: addresses.first, timeout: .milliseconds(100), wakeup: nil)
    _ = try listener.accept()
  }

  /// hosts(5) has it everywhere, often with ::1 before 127.0.0.1, where nobody listens here.
  @Test func `a name is looked up`() throws {
    let listener = try Listener()
    _ = try Socket(
      connectingTo: Endpoint(host: "localhost", port: listener.port), timeout: .seconds(5))
    _ = try listener.accept()
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
  func receive() throws(Errno) -> [UInt8] {
    var buffer = Array(repeating: 0 as UInt8, count: 64)
    let count = try buffer.withUnsafeMutableBufferPointer { (bytes) throws(Errno) in
      try read(into: UnsafeMutableRawBufferPointer(bytes))
    }
    return Array(buffer.prefix(count))
  }

  func transmit(_ bytes: [UInt8]) throws(Errno) -> Int {
    try bytes.withUnsafeBufferPointer { (bytes) throws(Errno) in
      try write(UnsafeRawBufferPointer(bytes))
    }
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
