import Configuration
import Drivers
import Foundation
import System
import TestSupport
import Testing

@testable import Buses

/// RTU frames through a device server: what is different from a serial line.
struct RTUOverTCPTests {
  private func master(_ port: UInt16) -> ModbusRTUOverTCPMaster {
    ModbusRTUOverTCPMaster(host: "127.0.0.1", port: port, reconnectPauses: .zero...(.zero))
  }

  /// The answer to a request for two registers: each has its own address in it.
  private static func answer(_ request: [UInt8]) -> [UInt8] {
    let next = UInt16(request[2]) << 8 + UInt16(request[3]) + 1
    return rtuFrame([
      request[0], request[1], 4, request[2], request[3], UInt8(next >> 8), UInt8(next & 0xFF),
    ])
  }

  private static func answerAll(_ client: TestSocket) {
    while true {
      let request = client.receive(8)
      guard request.count == 8, request == rtuFrame(Array(request[..<6])) else { return }
      client.send(answer(request))
    }
  }

  @Test func `one connection serves many requests`() throws {
    let slave = try ScriptedSlave { Self.answerAll($0) }
    var master = master(slave.port)
    for address in UInt16(0)..<50 {
      #expect(master.read(address, unit: 17) == .success([address, address + 1]))
    }
    #expect(slave.connections == 1)
    #expect(master.read(unit: 0) == .failure(.system(EINVAL)))
  }

  @Test func `an answer after the timeout is not the next one's, and the connection stays`() throws
  {
    let slave = try ScriptedSlave { client in
      let request = client.receive(8)
      Clock.sleep(for: .milliseconds(600))
      client.send(Self.answer(request))
      Self.answerAll(client)
    }
    var master = master(slave.port)
    #expect(master.read(100, timeout: .milliseconds(400)) == .failure(.timeout))
    #expect(master.read(200) == .success([200, 201]))
    #expect(slave.connections == 1)
  }

  @Test func `a connection that is silent for some requests is made anew`() throws {
    let slave = try ScriptedSlave([{ _ = $0.isClosedByPeer() }, { Self.answerAll($0) }])
    var master = master(slave.port)
    for unit in 1...UInt8(ModbusRTUOverTCPMaster.silentMax) {
      #expect(master.read(unit: unit, timeout: .milliseconds(30)) == .failure(.timeout))
    }
    #expect(master.read() == .success([5, 6]))
    #expect(slave.connections == 2)
  }

  @Test func `a connection that the server has closed meanwhile is made anew without an error`()
    throws
  {
    let closed = Locked(false)
    let slave = try ScriptedSlave([
      { client in
        client.send(Self.answer(client.receive(8)))
        client.finishWriting()
        closed.update { $0 = true }
      }, { Self.answerAll($0) },
    ])
    var master = master(slave.port)
    #expect(master.read() == .success([5, 6]))
    #expect(closed.wait(for: .seconds(5)) { $0 ? true : nil } == true)
    #expect(master.read() == .success([5, 6]))
    #expect(slave.connections == 2)
  }

  @Test func `a server that closes when it is asked is a lost connection, none is refused`() throws
  {
    let slave = try ScriptedSlave { _ = $0.receive(8) }
    var lost = master(slave.port)
    #expect(lost.read() == .failure(.connectionLost))
    #expect(lost.read() == .failure(.connectionLost))
    var refused = master(try freePort())
    #expect(refused.read() == .failure(.connectionRefused))
  }

  @Test func `a bad frame costs a request and no connection`() throws {
    let slave = try ScriptedSlave { client in
      _ = client.receive(8)
      client.send([1, 4, 4, 0, 5, 0, 6, 0, 0])
      Self.answerAll(client)
    }
    var master = master(slave.port)
    #expect(master.read() == .failure(.badResponse))
    #expect(master.read() == .success([5, 6]))
    #expect(slave.connections == 1)
  }

  /// Each is sent in answer to a request for two input registers of unit 1, in two pieces where it has
  /// two, and is no answer to it.
  @Test(
    arguments: [
      ("another unit", [rtuFrame([2, 4, 4, 0, 5, 0, 6])]),
      ("another unit's exception", [rtuFrame([2, 0x84, 2])]),
      ("another function", [rtuFrame([1, 3, 4, 0, 5, 0, 6])]),
      ("fewer registers", [rtuFrame([1, 4, 2, 0, 5])]),
      ("a frame cut short", [Array(rtuFrame([1, 4, 4, 0, 5, 0, 6])[..<6])]),
      ("a wrong check, in two pieces", [[1, 4, 4, 0], [5, 0, 6, 0, 0]]),
      ("the request", [rtuFrame([1, 4, 0, 5, 0, 2])]),
      ("Modbus TCP", [[0, 1, 0, 0, 0, 7, 1, 4, 4, 0, 5, 0, 6]]),
      ("noise", [Array(repeating: 0xFF, count: 300)]),
    ] as [(String, [[UInt8]])])
  func `what is no answer is a bad response, and does no harm to the next`(
    what: String, pieces: [[UInt8]]
  ) throws {
    let slave = try ScriptedSlave { client in
      _ = client.receive(8)
      for piece in pieces { client.send(piece) }
      Self.answerAll(client)
    }
    var master = master(slave.port)
    #expect(master.read(timeout: .milliseconds(150)) == .failure(.badResponse))
    #expect(master.read(9) == .success([9, 10]))
    #expect(slave.connections == 1)
  }

  @Test(arguments: [1, 2, 3, 4, 6, 10, 11] as [UInt8])
  func `an exception is told by its code, and the connection stays`(code: UInt8) throws {
    let slave = try ScriptedSlave { client in
      let request = client.receive(8)
      client.send(rtuFrame([request[0], request[1] | 0x80, code]))
      Self.answerAll(client)
    }
    var master = master(slave.port)
    #expect(master.read() == .failure(.exception(ModbusException(code: code))))
    #expect(master.read() == .success([5, 6]))
    #expect(slave.connections == 1)
  }

  @Test(arguments: 1...8)
  func `a connection that is cut in the middle of an answer is a lost one, and made anew`(
    count: Int
  ) throws {
    let slave = try ScriptedSlave([
      { client in client.send(Array(Self.answer(client.receive(8))[..<count])) },
      { Self.answerAll($0) },
    ])
    var master = master(slave.port)
    #expect(master.read() == .failure(.connectionLost))
    #expect(master.read(7) == .success([7, 8]))
    #expect(slave.connections == 2)
  }

  @Test func `the simulator serves RTU frames over TCP, and other units with silence`() throws {
    let server = try RunningServer(unit: 3, framing: .rtu) { _ in
      [
        RegisterBlock(table: .input, address: 0, words: Array(0..<125)),
        RegisterBlock(table: .coil, address: 8, words: [1, 0, 1]),
      ]
    }
    var master = master(server.port)
    #expect(master.read(unit: 3) == .success([5, 6]))
    #expect(master.read(unit: 4, timeout: .milliseconds(50)) == .failure(.timeout))
    #expect(
      try master.readRegisters(.coil, at: 8, count: 3, unit: 3, timeout: .seconds(2)) == [1, 0, 1])
    #expect(master.read(124, unit: 3) == .failure(.exception(.illegalDataAddress)))
    // A client that speaks something else is shown out.
    let bad = try TestSocket(connectingTo: server.port)
    bad.send([3, 4, 0, 0, 0, 1, 0xDE, 0xAD])
    #expect(bad.isClosedByPeer())
    #expect(master.read(7, unit: 3) == .success([7, 8]))
    #expect(server.end())
    #expect(throws: Errno.invalidArgument) {
      try ModbusServer(port: 0, unit: nil, framing: .rtu)
    }
  }

  @Test func `one type speaks all three`() throws {
    let tcp = try RunningServer { _ in
      [RegisterBlock(table: .input, address: 0, words: Array(0..<9))]
    }
    let rtu = try ScriptedSlave { Self.answerAll($0) }
    let line = try SimulatedLine { [.init($0.answer)] }
    for link in [
      Bus.Link.modbusTCP(host: "127.0.0.1", port: tcp.port),
      .modbusRTUOverTCP(host: "127.0.0.1", port: rtu.port, RTUFraming()),
      .modbusRTU(SerialPort(path: line.path), RTUFraming()),
    ] {
      var master = BusMaster(link)
      #expect(master.read() == .success([5, 6]))
    }
  }
}
