import Foundation
import TestSupport
import Testing

@testable import System

struct ServiceManagerTests {
  @Test(arguments: [false, true])
  func `what is told arrives as a datagram, also at an abstract name`(isAbstract: Bool) throws {
    let name =
      isAbstract ? "@godwit-test-\(UInt64.random(in: 0...UInt64.max))" : "/tmp/notify-\(UUID())"
    defer { unlink(name) }
    let listener = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    defer { close(listener) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { path in
      for (index, byte) in name.utf8.enumerated() { path[index] = byte }
      if isAbstract { path[0] = 0 }
    }
    let size = socklen_t(2 + name.utf8.count)
    let isBound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, size) == 0 }
    }
    try #require(isBound)
    let manager = ServiceManager(socket: name, watchdogMicroseconds: nil, watchedProcess: nil)
    #expect(manager.tell("READY=1\nSTATUS=3 devices"))
    var bytes = [UInt8](repeating: 0, count: 100)
    let count = recv(listener, &bytes, bytes.count, Int32(MSG_DONTWAIT))
    #expect(
      String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self) == "READY=1\nSTATUS=3 devices")
  }

  @Test(arguments: [nil, "", "@", "/no/such/socket", String(repeating: "x", count: 108)])
  func `where nobody listens nobody is told`(socket: String?) {
    let manager = ServiceManager(socket: socket, watchdogMicroseconds: nil, watchedProcess: nil)
    #expect(!manager.tell("READY=1"))
  }

  @Test(
    arguments: [
      ("30000000", nil, Duration.seconds(30)), ("30000000", "1", nil), (nil, nil, nil),
      ("0", nil, nil),
      ("-1", nil, nil), ("soon", nil, nil), ("9223372036854775807", nil, nil),
    ] as [(String?, String?, Duration?)])
  func `a watchdog is one with a time and for this process`(
    microseconds: String?, process: String?, timeout: Duration?
  ) {
    let manager = ServiceManager(
      socket: nil, watchdogMicroseconds: microseconds, watchedProcess: process)
    #expect(manager.watchdogTimeout == timeout)
  }

  @Test func `a watchdog for this process is heeded`() {
    let manager = ServiceManager(
      socket: nil, watchdogMicroseconds: "1000", watchedProcess: "\(getpid())")
    #expect(manager.watchdogTimeout == .milliseconds(1))
  }
}
