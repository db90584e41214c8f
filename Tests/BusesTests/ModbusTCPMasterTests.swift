import Configuration
import Drivers
import Foundation
import System
import TestSupport
import Testing

@testable import Buses

struct ModbusTCPMasterTests {
  private static let blocks = [
    RegisterBlock(table: .holding, address: 10, words: [1, 2, 0xFFFF]),
    RegisterBlock(table: .input, address: 0, words: Array(1_000..<1_125)),
  ]

  private func master(
    _ port: UInt16, pauses: ClosedRange<Duration> = .zero...(.zero)
  ) -> ModbusTCPMaster {
    ModbusTCPMaster(host: "127.0.0.1", port: port, reconnectPauses: pauses)
  }

  /// Reads two input registers from address 5.
  private func read(
    _ master: inout ModbusTCPMaster, at address: UInt16 = 5, timeout: Duration = .seconds(2)
  ) -> Result<[UInt16], BusError> {
    do {
      return .success(
        try master.readRegisters(.input, at: address, count: 2, unit: 1, timeout: timeout))
    } catch {
      return .failure(error)
    }
  }

  @Test(arguments: ["127.0.0.1", "localhost"])
  func `registers of both tables come as the server has them`(host: String) throws {
    let server = try RunningServer { _ in Self.blocks }
    var master = ModbusTCPMaster(host: host, port: server.port)
    #expect(
      try master.readRegisters(.holding, at: 10, count: 3, unit: 1, timeout: .seconds(2))
        == [1, 2, 0xFFFF])
    #expect(
      try master.readRegisters(.input, at: 0, count: 125, unit: 255, timeout: .seconds(2))
        == Array(1_000..<1_125))
    #expect(
      try master.readRegisters(.input, at: 124, count: 1, unit: 0, timeout: .seconds(2)) == [1_124])
    #expect(throws: BusError.exception(.illegalDataAddress)) {
      try master.readRegisters(.holding, at: 0, count: 1, unit: 1, timeout: .seconds(2))
    }
    #expect(server.end())
  }

  @Test func `one connection serves many requests`() throws {
    let slave = try ScriptedSlave { $0.answerAll() }
    var master = master(slave.port)
    for address in UInt16(0)..<200 {
      #expect(read(&master, at: address) == .success([address, address + 1]))
    }
    #expect(slave.connections == 1)
  }

  @Test func `nobody listens`() throws {
    let port = try freePort()
    var master = master(port)
    #expect(read(&master) == .failure(.connectionRefused))
  }

  @Test func `a name that nobody has`() {
    // RFC 6761, 6.4: never a host.
    var master = ModbusTCPMaster(host: "meter.invalid", port: 502)
    #expect(read(&master) == .failure(.nameNotFound))
  }

  @Test(arguments: ["", "a name with spaces", "999.1.1.1", "[::1]"])
  func `a host that is none is not found`(host: String) {
    var master = ModbusTCPMaster(host: host, port: 502)
    #expect(read(&master) == .failure(.nameNotFound))
  }

  @Test func `a unit that libmodbus does not speak to is refused before connecting`() throws {
    let slave = try ScriptedSlave { $0.answerAll() }
    var master = master(slave.port)
    for unit in UInt8(248)...254 {
      #expect(throws: BusError.system(EINVAL)) {
        try master.readRegisters(.input, at: 0, count: 1, unit: unit, timeout: .seconds(1))
      }
    }
    #expect(slave.connections == 0)
  }

  @Test func `a silent slave is a timeout, in time, and the connection is closed`() throws {
    let closed = Locked(false)
    let slave = try ScriptedSlave { client in
      let result = client.isClosedByPeer()
      closed.update { $0 = result }
    }
    var master = master(slave.port)
    let start = Clock.sinceBoot
    #expect(read(&master, timeout: .milliseconds(100)) == .failure(.timeout))
    #expect(Clock.sinceBoot - start >= .milliseconds(100))
    #expect(closed.wait(for: .seconds(5)) { $0 ? true : nil } == true)
  }

  @Test func `a slave that dribbles does not hold the line beyond the timeout`() throws {
    let slave = try ScriptedSlave { client in
      let request = client.receive(12)
      // 13 bytes, each in time by itself, all together not.
      for byte in frame([4, 4, 0, 1, 0, 2], transaction: UInt16(request[1])) {
        guard client.send([byte]) else { return }
        Clock.sleep(for: .milliseconds(60))
      }
    }
    var master = master(slave.port)
    #expect(read(&master, timeout: .milliseconds(200)) == .failure(.timeout))
  }

  @Test func `a late answer is never taken for the next one's`() throws {
    // The first connection answers after the timeout, the others at once.
    let slave = try ScriptedSlave([
      { client in
        let request = client.receive(12)
        Clock.sleep(for: .milliseconds(150))
        client.answer(request)
        _ = client.isClosedByPeer()
      }, { $0.answerAll() },
    ])
    var master = master(slave.port)
    #expect(read(&master, at: 100, timeout: .milliseconds(50)) == .failure(.timeout))
    #expect(read(&master, at: 200) == .success([200, 201]))
    #expect(slave.connections == 2)
  }

  @Test func `what a slave says unasked is not taken for an answer`() throws {
    let sent = Locked(false)
    let slave = try ScriptedSlave([
      { client in
        let request = client.receive(12)
        client.answer(request)
        // The same again, and what could be the next one.
        client.answer(request)
        client.answer(request, transaction: (UInt16(request[0]) << 8 | UInt16(request[1])) + 1)
        sent.update { $0 = true }
        _ = client.isClosedByPeer()
      }, { $0.answerAll() },
    ])
    var master = master(slave.port)
    #expect(read(&master, at: 100) == .success([100, 101]))
    #expect(sent.wait(for: .seconds(5)) { $0 ? true : nil } == true)
    #expect(read(&master, at: 200) == .success([200, 201]))
    #expect(slave.connections == 2)
  }

  @Test func `a slave that closes when it is asked is a lost connection`() throws {
    let slave = try ScriptedSlave { _ = $0.receive(12) }
    var master = master(slave.port)
    #expect(read(&master) == .failure(.connectionLost))
    #expect(read(&master) == .failure(.connectionLost))
    #expect(slave.connections == 2)
  }

  @Test func `a slave that closes in the middle of an answer is a lost connection`() throws {
    let slave = try ScriptedSlave { client in
      let request = client.receive(12)
      client.send(Array(frame([4, 4, 0, 1, 0, 2], transaction: UInt16(request[1])).dropLast()))
    }
    var master = master(slave.port)
    #expect(read(&master) == .failure(.connectionLost))
  }

  @Test func `a connection that the slave has closed meanwhile is replaced without a word`() throws
  {
    let closed = Locked(false)
    let slave = try ScriptedSlave([
      { client in
        client.answer(client.receive(12))
        shutdown(client.descriptor, Int32(SHUT_RDWR))
        closed.update { $0 = true }
      }, { $0.answerAll() },
    ])
    var master = master(slave.port)
    #expect(read(&master, at: 1) == .success([1, 2]))
    #expect(closed.wait(for: .seconds(5)) { $0 ? true : nil } == true)
    #expect(read(&master, at: 2) == .success([2, 3]))
  }

  /// Each is answered to a request for two input registers, and is no answer to it.
  @Test(
    arguments: [
      ("transaction identifier", [0xFF, 0xFF, 0, 0, 0, 7, 1, 4, 4, 0, 1, 0, 2]),
      ("protocol identifier", [0, 1, 1, 1, 0, 7, 1, 4, 4, 0, 1, 0, 2]),
      ("unit", [0, 1, 0, 0, 0, 7, 2, 4, 4, 0, 1, 0, 2]),
      ("function", [0, 1, 0, 0, 0, 7, 1, 3, 4, 0, 1, 0, 2]),
      ("fewer registers", [0, 1, 0, 0, 0, 5, 1, 4, 2, 0, 1]),
      ("more registers", [0, 1, 0, 0, 0, 9, 1, 4, 6, 0, 1, 0, 2, 0, 3]),
      ("more than a frame holds", [0, 1, 0, 0, 1, 1, 1, 4, 255] + Array(repeating: 0, count: 255)),
      ("another function's exception", [0, 1, 0, 0, 0, 3, 1, 0x83, 2]),
      ("text", Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)),
    ] as [(String, [UInt8])])
  func `an answer that does not fit is a bad response, and ends the connection`(
    what: String, bytes: [UInt8]
  ) throws {
    let slave = try ScriptedSlave([
      { client in
        _ = client.receive(12)
        client.send(bytes)
        _ = client.isClosedByPeer()
      }, { $0.answerAll() },
    ])
    var master = master(slave.port)
    #expect(read(&master) == .failure(.badResponse))
    #expect(read(&master) == .success([5, 6]))
    #expect(slave.connections == 2)
  }

  @Test func `no garbage is taken for registers`() throws {
    let random = Locked(SplitMix64(seed: 4))
    let slave = try ScriptedSlave { client in
      let request = client.receive(12)
      guard request.count == 12 else { return }
      var bytes = random.withLock { random in
        var bytes = (0..<Int.random(in: 1...300, using: &random)).map { _ in
          UInt8.random(in: 0...255, using: &random)
        }
        // Near misses: the right transaction, and sometimes the right function.
        if bytes.count > 7, Bool.random(using: &random) {
          bytes.replaceSubrange(0..<4, with: request[0..<4])
        }
        if bytes.count > 7, Bool.random(using: &random) {
          bytes[7] = [0x04, 0x84, 0x03, 0x11].randomElement(using: &random) ?? 4
        }
        return bytes
      }
      // Never the right answer.
      if bytes.count > 8, bytes[8] == 4 { bytes[8] = 6 }
      client.send(bytes)
    }
    var master = master(slave.port)
    for _ in 0..<200 {
      guard case .failure = read(&master) else {
        Issue.record("garbage was believed")
        return
      }
    }
  }

  @Test(arguments: UInt8(1)...11)
  func `an exception is told by its code, and the connection stays`(code: UInt8) throws {
    let slave = try ScriptedSlave { client in
      let request = client.receive(12)
      client.send(frame([0x84, code], transaction: UInt16(request[0]) << 8 | UInt16(request[1])))
      client.answerAll()
    }
    var master = master(slave.port)
    #expect(read(&master) == .failure(.exception(ModbusException(code: code))))
    #expect(read(&master) == .success([5, 6]))
    #expect(slave.connections == 1)
  }

  @Test func `after a failure to connect the host is left alone for a while`() throws {
    let port = try freePort()
    var master = master(port, pauses: .milliseconds(300)...(.milliseconds(600)))
    #expect(read(&master) == .failure(.connectionRefused))

    // Somebody listens now, but is not asked yet.
    let listener = try Listener(port: port)
    defer { withExtendedLifetime(listener) {} }
    let start = Clock.sinceBoot
    let refused = read(&master)
    if Clock.sinceBoot - start < .milliseconds(100) {
      #expect(refused == .failure(.connectionRefused))
    }
    Clock.sleep(for: .milliseconds(350))
    // It accepts, and says nothing.
    #expect(read(&master, timeout: .milliseconds(50)) == .failure(.timeout))
    // A timeout on a connection is no reason to leave the host alone.
    #expect(read(&master, timeout: .milliseconds(50)) == .failure(.timeout))
  }

  @Test func `no way of failing leaks a descriptor`() throws {
    let deadPort = try freePort()
    let slave = try ScriptedSlave { _ = $0.receive(12) }
    let before = try lowestFreeDescriptor()
    for _ in 0..<200 {
      var refused = master(deadPort)
      _ = read(&refused)
      var lost = master(slave.port)
      _ = read(&lost)
      _ = read(&lost)
    }
    // Other tests open some meanwhile, but not hundreds.
    #expect(try lowestFreeDescriptor() < before + 150)
  }

  private func lowestFreeDescriptor() throws -> Int32 {
    let file = try FileDescriptor(opening: "/dev/null", .readOnly)
    return file.rawValue
  }
}
