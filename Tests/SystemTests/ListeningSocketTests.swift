import Foundation
import TestSupport
import Testing

@testable import System

@Suite struct ListeningSocketTests {
  private let folder: String

  init() throws {
    folder = "/tmp/godwit-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
  }

  @Test func `a Unix socket is for user and group, carries bytes and goes away`() throws {
    let path = "\(folder)/s"
    do {
      let listening = try ListeningSocket(unixSocket: path)
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
      #expect(mode as? Int == 0o660)
      let client = try Socket(connectingToUnixSocket: path)
      let server = try listening.accept(within: .seconds(10))
      #expect(throws: Errno.wouldBlock) { try server.receive() }
      _ = try client.transmit([1, 2])
      _ = try server.wait(for: .readable, timeout: .seconds(10))
      #expect(try server.receive() == [1, 2])
      #expect(throws: Errno.timedOut) { _ = try listening.accept(within: .zero) }
      #expect(throws: Errno.addressInUse) { _ = try ListeningSocket(unixSocket: path) }
    }
    #expect(!Files.exists(path))
  }

  @Test func `a socket that a killed process has left is replaced, and nothing else is`() throws {
    let path = "\(folder)/s"
    do {
      let listening = try ListeningSocket(unixSocket: path)
      try Files.rename(path, to: "\(folder)/left")
      withExtendedLifetime(listening) {}
    }
    #expect(throws: Errno.connectionRefused) {
      _ = try Socket(connectingToUnixSocket: "\(folder)/left")
    }
    let listening = try ListeningSocket(unixSocket: "\(folder)/left")
    _ = try Socket(connectingToUnixSocket: "\(folder)/left")
    _ = try listening.accept(within: .seconds(10))

    _ = FileManager.default.createFile(atPath: "\(folder)/file", contents: Data([1]))
    #expect(throws: Errno.fileExists) { _ = try ListeningSocket(unixSocket: "\(folder)/file") }
    #expect(try Files.read("\(folder)/file", limit: 10) == [1])
  }

  @Test func `a path that is too long or not there is an error`() {
    let long = "/\(String(repeating: "a", count: 107))"
    #expect(throws: Errno(ENAMETOOLONG)) { _ = try ListeningSocket(unixSocket: long) }
    #expect(throws: Errno.noSuchFile) {
      _ = try ListeningSocket(unixSocket: "\(folder)/none/s")
    }
    #expect(throws: Errno.noSuchFile) { _ = try Socket(connectingToUnixSocket: "\(folder)/s") }
  }

  @Test(arguments: ["127.0.0.1", "127.8.9.10", "::1"])
  func `TCP is taken on the loopback interface`(host: String) throws {
    let listening = try ListeningSocket(loopback: Endpoint(host: host, port: 0))
    let endpoint = Endpoint(host: host, port: try listening.port())
    _ = try Socket(connectingTo: endpoint, timeout: .seconds(5))
    _ = try listening.accept(within: .seconds(10))
  }

  @Test(arguments: ["0.0.0.0", "192.0.2.1", "::", "localhost", "", "128.0.0.1", "::ffff:127.0.0.1"])
  func `TCP is refused elsewhere`(host: String) {
    #expect(throws: Errno(EADDRNOTAVAIL)) {
      _ = try ListeningSocket(loopback: Endpoint(host: host, port: 0))
    }
  }
}
