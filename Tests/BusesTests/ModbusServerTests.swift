import Configuration
import Drivers
import Foundation
import System
import TestSupport
import Testing

@testable import Buses

struct ModbusServerTests {
  private let read: [UInt8] = [4, 0, 0, 0, 2]
  private let values: [UInt8] = [4, 4, 0x43, 0x66, 0x33, 0x33]

  private func server(unit: UInt8? = nil) throws -> RunningServer {
    try RunningServer(unit: unit) { _ in
      [RegisterBlock(table: .input, address: 0, words: [0x4366, 0x3333])]
    }
  }

  @Test func `a free port is taken and told, and another server cannot have it`() throws {
    let server = try server()
    #expect(server.port != 0)
    #expect(throws: Errno(EADDRINUSE)) { try ModbusServer(port: server.port, unit: nil) }
    #expect(throws: Errno.invalidArgument) {
      try ModbusServer(listeningOn: "", port: 0, unit: nil)
    }
    #expect(server.end())
  }

  @Test func `it answers on the wire as the specification shows`() throws {
    let server = try server()
    let client = try TestSocket(connectingTo: server.port)
    client.send([0xAB, 0xCD, 0, 0, 0, 6, 1, 4, 0, 0, 0, 2])
    #expect(
      client.receive(13) == [0xAB, 0xCD, 0, 0, 0, 7, 1, 4, 4, 0x43, 0x66, 0x33, 0x33])
    #expect(client.ask([4, 0, 0, 0, 3]) == [0x84, 2])
    #expect(client.ask([4, 0, 0, 0, 0]) == [0x84, 3])
    #expect(client.ask([4, 0, 0, 0, 126]) == [0x84, 3])
    #expect(client.ask(read) == values)
  }

  @Test(
    arguments: [
      [5, 0, 0, 0xFF, 0], [6, 0, 0, 0, 1], [15, 0, 0, 0, 1, 1, 1], [16, 0, 0, 0, 1, 2, 0, 1],
      [22, 0, 0, 0, 1, 0, 1], [23, 0, 0, 0, 1, 0, 0, 0, 1, 2, 0, 1], [7],
      // libmodbus leaves the rest of what it does not know unread.
      [0x2B, 0x0E, 1, 0], [0x14, 7, 6, 0, 4, 0, 1, 0, 2], [8, 0, 0, 0xA5, 0x37], [0x11],
    ] as [[UInt8]])
  func `what is not a read of registers is exception 01, and the client goes on`(
    request: [UInt8]
  ) throws {
    let server = try server()
    let client = try TestSocket(connectingTo: server.port)
    #expect(client.ask(request) == [request[0] | 0x80, 1])
    #expect(client.ask(read) == values)
  }

  @Test func `another unit is not there`() throws {
    let server = try server(unit: 3)
    let client = try TestSocket(connectingTo: server.port)
    #expect(client.ask(read, unit: 3) == values)
    #expect(client.ask(read, unit: 4) == [0x84, 0x0B])
    #expect(client.ask(read, unit: 3) == values)
  }

  @Test(
    arguments: [
      [0, 1, 0, 9, 0, 6, 1, 4, 0, 0, 0, 2], [0, 1, 0, 0, 0, 2, 1, 4, 0, 0, 0, 2],
      Array("GET / HTTP/1.1\r\n\r\n".utf8), Array(repeating: 0xFF, count: 300),
      [0, 1, 0, 0, 0, 255, 1, 16, 0, 0, 0, 1, 255] + Array(repeating: 0, count: 255),
    ] as [[UInt8]])
  func `a client that speaks something else is shown out, the others stay`(bytes: [UInt8]) throws {
    let server = try server()
    let good = try TestSocket(connectingTo: server.port)
    #expect(good.ask(read) == values)
    let bad = try TestSocket(connectingTo: server.port)
    bad.send(bytes)
    #expect(bad.isClosedByPeer())
    #expect(good.ask(read) == values)
  }

  @Test(arguments: [1, 7, 8, 11])
  func `half a frame does not hold up the others, and is not waited for`(length: Int) throws {
    let server = try server()
    let slow = try TestSocket(connectingTo: server.port)
    slow.send(Array(frame(read)[..<length]))
    let good = try TestSocket(connectingTo: server.port)
    #expect(good.ask(read) == values)
    #expect(slow.isClosedByPeer())
  }

  @Test func `a client that never reads its answers does not hold up the others`() throws {
    // Long answers fill its buffers soon.
    let server = try RunningServer { _ in
      [RegisterBlock(table: .input, address: 0, words: Array(0..<125))]
    }
    let read: [UInt8] = [4, 0, 0, 0, 125]
    let deaf = try TestSocket(connectingTo: server.port)
    let isShownOut = Locked(false)
    _ = try System.Thread("deaf") {
      let requests = Array(repeatElement(frame(read), count: 1_000).joined())
      while deaf.send(requests) {}
      isShownOut.update { $0 = true }
    }
    #expect(isShownOut.wait(for: .seconds(10)) { $0 ? true : nil } == true)
    let good = try TestSocket(connectingTo: server.port)
    #expect(good.ask(read).count == 252)
    shutdown(deaf.descriptor, Int32(SHUT_RDWR))
  }

  @Test func `when there are too many clients the one that was silent longest goes`() throws {
    let server = try server()
    let clients = try (0..<ModbusServer.clientsMax).map { _ in
      let client = try TestSocket(connectingTo: server.port)
      #expect(client.ask(read) == values)
      return client
    }
    #expect(clients[0].ask(read) == values)
    let newest = try TestSocket(connectingTo: server.port)
    #expect(newest.ask(read) == values)
    #expect(clients[1].isClosedByPeer())
    #expect(clients[0].ask(read) == values)
    #expect(clients[2].ask(read) == values)
  }

  @Test func `values move with time`() throws {
    let server = try RunningServer { elapsed in
      let milliseconds = UInt16(clamping: elapsed.milliseconds)
      return [RegisterBlock(table: .holding, address: 0, words: [milliseconds])]
    }
    let client = try TestSocket(connectingTo: server.port)
    let first = client.ask([3, 0, 0, 0, 1])
    Clock.sleep(for: .milliseconds(250))
    #expect(client.ask([3, 0, 0, 0, 1]) != first)
  }

  @Test func `no bytes make it fall over`() throws {
    let server = try server()
    var random = SplitMix64(seed: 5)
    for _ in 0..<150 {
      let client = try TestSocket(connectingTo: server.port)
      client.send(
        (0..<Int.random(in: 12...300, using: &random)).map { _ in
          UInt8.random(in: 0...255, using: &random)
        })
      if Bool.random(using: &random) {
        client.send(frame((0..<40).map { _ in UInt8.random(in: 0...255, using: &random) }))
      }
    }
    let client = try TestSocket(connectingTo: server.port)
    #expect(client.ask(read) == values)
    #expect(server.end())
  }

  @Test func `it stops at once while it is asked without pause`() throws {
    let server = try server()
    let client = try TestSocket(connectingTo: server.port)
    _ = try System.Thread("busy") { [read] in
      while client.ask(read).count == 6 {}
    }
    Clock.sleep(for: .milliseconds(50))
    #expect(server.end())
  }
}
