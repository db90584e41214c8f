import Configuration
import Drivers
import Foundation
import System
import TestSupport
import Testing

@testable import Buses

/// A request of the tests below, made to whatever master.
extension ModbusMaster where Self: ~Copyable {
  /// Reads two input registers.
  mutating func read(
    _ address: UInt16 = 5, unit: UInt8 = 1, timeout: Duration = .seconds(2)
  ) -> Result<[UInt16], BusError> {
    do {
      return .success(
        try readRegisters(.input, at: address, count: 2, unit: unit, timeout: timeout))
    } catch {
      return .failure(error)
    }
  }
}

/// The master against slaves that do what a test says, on a line without a speed.
struct RTUMasterTests {
  typealias Reply = @Sendable (SimulatedLine.Request) -> [SimulatedLine.Transmission]

  private static let good: Reply = { [.init($0.answer)] }

  /// Replies to the first request, the second, and so on; the last to all that follow.
  private static func replies(_ replies: [Reply]) -> Reply {
    let count = Locked(0)
    return { request in
      let index = count.withLock { count in
        defer { count += 1 }
        return count
      }
      return replies[min(index, replies.count - 1)](request)
    }
  }

  private func master(
    _ line: SimulatedLine, _ framing: RTUFraming = RTUFraming()
  ) -> ModbusRTUMaster {
    ModbusRTUMaster(SerialPort(path: line.path), framing, reopenPauses: .zero...(.zero))
  }

  @Test func `registers come as the slave has them`() throws {
    let line = try SimulatedLine(slaves: Self.good)
    var master = master(line)
    for address in UInt16(0)..<50 {
      #expect(master.read(address, unit: 17) == .success([address, address + 1]))
    }
    #expect(
      try master.readRegisters(.holding, at: 1_000, count: 125, unit: 247, timeout: .seconds(2))
        == Array(1_000..<1_125))
    #expect(line.record.requests.count == 51)
    #expect(line.record.noise.isEmpty)
  }

  /// MODBUS Application Protocol V1.1b3, 6.1: CD 6B 05 for the coils 20 to 38.
  @Test func `bits come in the order of the specification's example`() throws {
    let line = try SimulatedLine { _ in [.init(rtuFrame([17, 1, 3, 0xCD, 0x6B, 0x05]))] }
    var master = master(line)
    let bits = try master.readRegisters(.coil, at: 19, count: 19, unit: 17, timeout: .seconds(2))
    #expect(bits == [1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1])
    #expect(line.record.requests[0].bytes == rtuFrame([17, 1, 0, 19, 0, 19]))
  }

  @Test(arguments: [0, 248, 255] as [UInt8])
  func `a unit that nobody can be is not asked`(unit: UInt8) throws {
    let line = try SimulatedLine(slaves: Self.good)
    var master = master(line)
    #expect(master.read(unit: unit) == .failure(.system(EINVAL)))
    #expect(line.record.requests.isEmpty)
  }

  @Test func `silence is a timeout, not before its time`() throws {
    let line = try SimulatedLine { _ in [] }
    var master = master(line)
    let start = Clock.sinceBoot
    #expect(master.read(timeout: .milliseconds(100)) == .failure(.timeout))
    #expect(Clock.sinceBoot - start >= .milliseconds(100))
  }

  /// Each is sent in answer to a request for two input registers of unit 1, and is no answer to it.
  @Test(
    arguments: [
      ("another unit", rtuFrame([2, 4, 4, 0, 5, 0, 6])),
      ("another unit's exception", rtuFrame([2, 0x84, 2])),
      ("everybody", rtuFrame([0, 4, 4, 0, 5, 0, 6])),
      ("another function", rtuFrame([1, 3, 4, 0, 5, 0, 6])),
      ("another function's exception", rtuFrame([1, 0x83, 2])),
      ("fewer registers", rtuFrame([1, 4, 2, 0, 5])),
      ("more registers", rtuFrame([1, 4, 6, 0, 5, 0, 6, 0, 7])),
      ("a wrong check", [1, 4, 4, 0, 5, 0, 6, 0, 0]),
      (
        "its check swapped",
        [1, 4, 4, 0, 5, 0, 6] + rtuFrame([1, 4, 4, 0, 5, 0, 6])[7...].reversed()
      ),
      ("the request", rtuFrame([1, 4, 0, 5, 0, 2])),
      ("half a frame", Array(rtuFrame([1, 4, 4, 0, 5, 0, 6])[..<5])),
      ("one byte", [1]),
      ("too many bytes", rtuFrame([1, 4, 0xFF] + Array(repeating: 0, count: 255))),
      ("noise", Array(repeating: 0xFF, count: 40)),
    ] as [(String, [UInt8])])
  func `what is no answer is a bad response, and does no harm to the next`(
    what: String, bytes: [UInt8]
  ) throws {
    let line = try SimulatedLine(slaves: Self.replies([{ _ in [.init(bytes)] }, Self.good]))
    var master = master(line)
    #expect(master.read(timeout: .milliseconds(150)) == .failure(.badResponse))
    #expect(master.read(9) == .success([9, 10]))
  }

  @Test(arguments: [1, 2, 3, 4, 6, 11, 99] as [UInt8])
  func `an exception is told by its code`(code: UInt8) throws {
    let line = try SimulatedLine(
      slaves: Self.replies([{ [.init(rtuFrame([$0.unit, 0x84, code]))] }, Self.good]))
    var master = master(line)
    #expect(master.read() == .failure(.exception(ModbusException(code: code))))
    #expect(master.read() == .success([5, 6]))
  }

  @Test func `a frame with a pause inside is taken whole within the timeout`() throws {
    let line = try SimulatedLine { request in
      [
        .init(Array(request.answer[..<4])),
        .init(Array(request.answer[4...]), after: .milliseconds(30)),
      ]
    }
    var master = master(line)
    #expect(master.read() == .success([5, 6]))
  }

  /// After the timeout of 400 ms, and the frames' 18 ms, the line is listened to for 20 ms more: the
  /// answer comes right then, or when the next request would be on its way.
  @Test(arguments: [421, 600])
  func `an answer after the timeout is not the next one's`(milliseconds: Int) throws {
    let line = try SimulatedLine(
      slaves: Self.replies([
        { [.init($0.answer, after: .milliseconds(milliseconds))] }, Self.good,
      ]))
    var master = master(line)
    // On a busy machine it may still be in time.
    let first = master.read(100, timeout: .milliseconds(400))
    #expect(first == .failure(.timeout) || first == .success([100, 101]))
    #expect(master.read(200) == .success([200, 201]))
    #expect(line.record.requests.map(\.address) == [100, 200])
  }

  @Test func `the answer to a request that was made again does not come twice`() throws {
    // It has taken the first down too, and answers both.
    let line = try SimulatedLine(
      slaves: Self.replies([
        { _ in [] },
        { [.init($0.answer), .init($0.answer, after: .milliseconds(100))] }, Self.good,
      ]))
    var master = master(line)
    #expect(master.read(100, timeout: .milliseconds(400)) == .failure(.timeout))
    #expect(master.read(100) == .success([100, 101]))
    #expect(master.read(200) == .success([200, 201]))
  }

  @Test func `an answer that comes after the next request to another unit is not taken for it`()
    throws
  {
    // The first unit is slower than its timeout; it talks while the other is asked.
    let line = try SimulatedLine { request in
      request.unit == 1
        ? [.init(request.answer, after: .milliseconds(200))] : [.init(request.answer)]
    }
    var master = master(line)
    for round in 0..<3 {
      let address = UInt16(round * 10)
      #expect(master.read(address, unit: 1, timeout: .milliseconds(150)) == .failure(.timeout))
      if case .success(let words) = master.read(500, unit: 2, timeout: .milliseconds(400)) {
        #expect(words == [500, 501])
      }
    }
  }

  @Test func `a device that is always late never gives another request's values`() throws {
    let line = try SimulatedLine { [.init($0.answer, after: .milliseconds(330))] }
    var master = master(line)
    for round in 0..<4 {
      let address = UInt16(round * 10)
      switch master.read(address, timeout: .milliseconds(200)) {
      case .success(let words): #expect(words == [address, address + 1])
      case .failure(let error): #expect(error == .timeout || error == .badResponse)
      }
    }
  }

  @Test func `noise without an end costs a bounded time, and the line works when it ends`() throws {
    let line = try SimulatedLine(slaves: Self.good)
    var master = master(line)
    #expect(master.read() == .success([5, 6]))
    let isNoisy = Locked(true)
    let noise = try System.Thread("noise") { [line] in
      var random = SplitMix64(seed: 9)
      while isNoisy.withLock({ $0 }) {
        line.wire.send((0..<40).map { _ in UInt8.random(in: 0...255, using: &random) })
        Clock.sleep(for: .milliseconds(2))
      }
    }
    Clock.sleep(for: .milliseconds(10))
    for _ in 0..<3 {
      guard case .failure = master.read(timeout: .milliseconds(50)) else {
        Issue.record("noise was believed")
        break
      }
    }
    isNoisy.withLock { $0 = false }
    #expect(noise.join(within: .seconds(5)))
    #expect(master.read() == .success([5, 6]))
  }

  @Test func `no garbage is taken for registers`() throws {
    let random = Locked(SplitMix64(seed: 3))
    let line = try SimulatedLine { request in
      let bytes = random.withLock { random in
        var bytes = request.answer
        // Near misses: one bit, a cut, a piece of something else in front.
        switch Int.random(in: 0..<3, using: &random) {
        case 0:
          bytes[Int.random(in: 0..<bytes.count, using: &random)] ^=
            1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random))
        default: bytes.insert(UInt8.random(in: 2...255, using: &random), at: 0)
        }
        return bytes
      }
      return [.init(bytes)]
    }
    var master = master(line)
    for _ in 0..<60 {
      guard case .failure = master.read(timeout: .milliseconds(15)) else {
        Issue.record("garbage was believed")
        return
      }
    }
  }
}
