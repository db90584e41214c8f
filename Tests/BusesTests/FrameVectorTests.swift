import Configuration
import Drivers
import System
import Telemetry
import TestSupport
import Testing

@testable import Buses

/// Other people's frames, checks and times. Those of the registers' contents are in
/// DriversTests/DeviceVectorTests.
struct FrameVectorTests {
  /// Bytes and their check, as a number (MODBUS over Serial Line V1.02, 6.2.2).
  private static let checks: [([UInt8], UInt16)] = [
    // snksoft/crc, and the check value of CRC-16/MODBUS in the catalogue of R. Williams.
    ([1, 2, 3, 4, 5], 0xBB2A),
    ([1, 2, 3, 4, 5, 6], 0xDDBA),
    (Array("123456789".utf8), 0x4B37),
    // The example of the specification: on the wire it is 41 12.
    ([2, 7], 0x1241),
  ]

  /// Requests that this gateway makes: goburrow/modbus, simonvetter/modbus, aldas/modbus-client.
  private static let requests: [(String, RegisterTable, UInt16, Int, UInt8)] = [
    ("01 03 50 00 00 18 54 C0", .holding, 0x5000, 24, 1),
    ("04 01 00 0A 00 0D DD 98", .coil, 10, 13, 4),
    ("04 02 00 0A 00 0D 99 98", .discrete, 10, 13, 4),
    ("01 03 00 00 00 02 C4 0B", .holding, 0, 2, 1),
  ]

  /// Requests that it does not make: it writes nothing, and nobody is unit 0.
  private static let otherFrames = [
    "01 10 8A 00 00 03 AA 10", "11 06 00 01 00 03 9A 9B", "01 05 00 00 FF 00 8C 3A",
    "00 03 00 7C 00 02 04 02",
  ]

  /// Answers with registers: two soil sensors, and a PZEM-004T v3 read whole.
  private static let answers: [(String, RegisterTable, [UInt16])] = [
    ("01 03 06 01 EF 01 44 00 04 B5 59", .holding, [0x01EF, 0x0144, 0x0004]),
    ("01 03 08 02 62 01 67 00 06 00 37 C2 06", .holding, [0x0262, 0x0167, 0x0006, 0x0037]),
    (
      "01 04 14 08 D1 00 6C 00 00 00 F4 00 00 00 26 00 00 01 F4 00 64 00 00 51 34", .input,
      [0x08D1, 0x006C, 0, 0x00F4, 0, 0x0026, 0, 0x01F4, 0x0064, 0]
    ),
  ]

  /// Refusals by exception 02 of function 03.
  private static let refusals = ["11 83 02 C1 34"]

  /// From units that nobody can be on a serial line, and two registers were asked for.
  private static let strangers = [
    "00 03 04 00 8D 00 8E FA BC", "FF 03 04 00 8D 00 8E F5 B3", "FF 83 02 A1 01",
    "00 83 02 91 31",
  ]

  /// MODBUS over Serial Line V1.02, 2.5.1.1: baud, bits of a character, microseconds of a character
  /// where they are told, and of the silence between frames.
  private static let times: [(Int, Int, Double?, Double)] = [
    (1_200, 11, 9_166.667, 32_083.333), (9_600, 11, 1_145.833, 4_010.417),
    (115_200, 11, nil, 1_750), (9_600, 10, nil, 3_645.833),
  ]

  /// MODBUS Application Protocol V1.1b3, 7.
  private static let exceptions: [(UInt8, ModbusException, String)] = [
    (0x01, .illegalFunction, "illegal-function"),
    (0x02, .illegalDataAddress, "illegal-data-address"),
    (0x04, .deviceFailure, "device-failure"),
    (0x06, .deviceBusy, "device-busy"),
    (0x0A, .gatewayPathUnavailable, "gateway-path-unavailable"),
    (0x0B, .gatewayTargetFailed, "gateway-target-failed"),
  ]

  private static func bytes(_ text: String) -> [UInt8] {
    text.split(separator: " ").compactMap { UInt8($0, radix: 16) }
  }

  /// Makes one request and gives the answer of a test to it.
  private func ask(
    _ request: ModbusRequest, answer: [UInt8]
  ) throws -> (sent: [UInt8], Result<[UInt16], BusError>) {
    let wire = try SimulatedWire()
    var sent: [UInt8] = []
    wire.sent = { [unowned wire] in
      sent = $0
      wire.put(answer, at: wire.now + .milliseconds(10), each: .milliseconds(1))
    }
    let port = SerialPort(path: "a line")
    var exchange = RTUExchange(port, RTUFraming(), over: wire)
    exchange.use(descriptor: wire.descriptor)
    defer { exchange.use(descriptor: -1) }
    do throws(BusError) {
      return (sent, .success(try exchange.read(request, timeout: .seconds(1))))
    } catch {
      return (sent, .failure(error))
    }
  }

  @Test func `no vector is left out`() {
    let frames =
      Self.requests.count + Self.otherFrames.count + Self.answers.count + Self.refusals.count
      + Self.strangers.count
    #expect(frames == 16 && Self.checks.count == 4)
    #expect(Self.times.count == 4 && Self.exceptions.count == 6)
  }

  @Test func `checks are those of everybody, also those of the tests`() {
    for (bytes, check) in Self.checks {
      #expect(rtuFrame(bytes) == bytes + [UInt8(check & 0xFF), UInt8(check >> 8)])
      #expect(FrameCheck.crc(bytes) == check)
    }
    let frames =
      Self.requests.map(\.0) + Self.otherFrames + Self.answers.map(\.0) + Self.refusals
      + Self.strangers
    for frame in frames.map(Self.bytes) {
      #expect(rtuFrame(Array(frame.dropLast(2))) == frame && FrameCheck.isWhole(frame))
      #expect(!FrameCheck.isWhole(frame.dropLast()) && !FrameCheck.isWhole(frame.dropFirst()))
    }
  }

  @Test func `requests go out as others make them`() throws {
    for (frame, table, address, count, unit) in Self.requests {
      let request = ModbusRequest(table: table, address: address, count: count, unit: unit)
      let (sent, result) = try ask(request, answer: [])
      #expect(sent == Self.bytes(frame))
      #expect(result == .failure(.timeout))
    }
  }

  @Test func `answers are read as others read them`() throws {
    for (frame, table, words) in Self.answers {
      let request = ModbusRequest(table: table, address: 0, count: words.count, unit: 1)
      #expect(try ask(request, answer: Self.bytes(frame)).1 == .success(words))
      // A bit that is wrong, in each byte; the last is waited for where the length is.
      for index in Self.bytes(frame).indices {
        var damaged = Self.bytes(frame)
        damaged[index] ^= 0x10
        #expect(try ask(request, answer: damaged).1 == .failure(.badResponse))
      }
      for count in 1..<Self.bytes(frame).count {
        let cut = Array(Self.bytes(frame)[..<count])
        #expect(try ask(request, answer: cut).1 == .failure(.badResponse))
      }
    }
    for frame in Self.refusals {
      let request = ModbusRequest(table: .holding, address: 0, count: 2, unit: 0x11)
      #expect(
        try ask(request, answer: Self.bytes(frame)).1 == .failure(.exception(.illegalDataAddress)))
    }
  }

  @Test func `units that nobody can be answer nobody`() throws {
    for frame in Self.strangers {
      for unit in [1, 247] as [UInt8] {
        let request = ModbusRequest(table: .holding, address: 0, count: 2, unit: unit)
        #expect(try ask(request, answer: Self.bytes(frame)).1 == .failure(.badResponse))
      }
    }
  }

  @Test func `times are those of the specification, and never less than of 11 bits`() {
    for (baud, bits, character, silence) in Self.times {
      var line = SerialLine()
      line.baud = baud
      (line.parity, line.stopBits) = bits == 11 ? (.even, 1) : (.none, 1)
      if let character {
        #expect(abs(line.characterTime / .microseconds(1) - character) < 0.01)
      }
      let ours = line.frameGap / .microseconds(1)
      #expect(bits == 11 ? abs(ours - silence) < 0.01 : ours >= silence, "\(baud) \(bits)")
    }
  }

  @Test func `exceptions have the specification's names`() {
    for (code, exception, name) in Self.exceptions {
      #expect(ModbusException(code: code) == exception)
      #expect(BusError.exception(exception).reason.name == name)
    }
  }

  /// MODBUS Messaging on TCP/IP Implementation Guide V1.0b, 3.1.3, and the same cut short.
  @Test func `a request over TCP has its header, and one that is cut is not whole`() throws {
    let frame = Self.bytes("00 01 00 00 00 06 11 03 00 6B 00 03")
    let heard = Locked<[UInt8]>([])
    let slave = try ScriptedSlave { client in
      let request = client.receive(12)
      heard.withLock { $0 = request }
      client.answer(request)
    }
    var master = ModbusTCPMaster(
      host: "127.0.0.1", port: slave.port, reconnectPauses: .zero...(.zero))
    #expect(
      try master.readRegisters(.holding, at: 0x6B, count: 3, unit: 17, timeout: .seconds(2))
        == [0x6B, 0x6C, 0x6D])
    #expect(heard.withLock { $0 } == frame)
    #expect(TCPFrame.unreadBytes(of: frame[...]) == 0)
    #expect(TCPFrame.unreadBytes(of: frame[..<10]) == 2)
  }
}
