import Configuration
import Drivers
import Foundation
import System
import TestSupport
import Testing

@testable import Buses

/// An hour on a line on which everything goes wrong that can, in simulated time.
struct GarbageHourTests {
  /// What a slave does when it is asked.
  private enum Deed: CaseIterable {
    case answer, busy, silence, late, wrongUnit, wrongFunction, wrongLength, bitFlip, cutShort,
      noiseBefore, noiseAfter, echo, twice, pause, noise, talk, unplugged
  }

  /// Slaves whose registers never change, and what happens to their answers.
  private final class Slaves {
    let wire: SimulatedWire
    private var random: SplitMix64
    private let isEchoed: Bool
    private var nextNoise: Duration = .zero
    /// When the answer to the last request is over, where nothing is the matter with it.
    private(set) var goodUntil: Duration?
    private(set) var deeds: [String: Int] = [:]
    /// The time that a byte takes at 9600 baud.
    static let byteTime = Duration.nanoseconds(1_145_833)
    static let timeout = Duration.milliseconds(300)

    init(seed: UInt64, isEchoed: Bool) throws {
      wire = try SimulatedWire()
      random = SplitMix64(seed: seed)
      self.isEchoed = isEchoed
      wire.sent = { [unowned self] in hear($0) }
      wire.unasked = { [unowned self] in makeNoise(until: $0) }
    }

    static func word(_ unit: UInt8, _ function: UInt8, _ address: Int) -> UInt16 {
      var hash = SplitMix64(seed: UInt64(unit) << 40 | UInt64(function) << 32 | UInt64(address))
      return UInt16(truncatingIfNeeded: hash.next())
    }

    /// From here on there are no registers.
    static let end = 0x8000

    static func values(_ request: ModbusRequest) -> [UInt16] {
      let isBits = request.table == .coil || request.table == .discrete
      return (0..<request.count).map {
        let word = word(request.unit, request.bytes[1], Int(request.address) + $0)
        return isBits ? word & 1 : word
      }
    }

    private static func answer(_ unit: UInt8, _ function: UInt8, _ address: Int, _ count: Int)
      -> [UInt8]
    {
      guard address + count <= end else { return rtuFrame([unit, function | 0x80, 2]) }
      let words = (0..<count).map { word(unit, function, address + $0) }
      var bytes: [UInt8] = []
      if function > 2 {
        bytes = words.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
      } else {
        bytes = [UInt8](repeating: 0, count: (count + 7) / 8)
        for (index, word) in words.enumerated() where word & 1 == 1 {
          bytes[index / 8] |= 1 << UInt8(index % 8)
        }
      }
      return rtuFrame([unit, function, UInt8(bytes.count)] + bytes)
    }

    /// Half of it begins as an answer would.
    private func noise(_ count: ClosedRange<Int>) -> [UInt8] {
      var bytes = (0..<Int.random(in: count, using: &random)).map { _ in
        UInt8.random(in: 0...255, using: &random)
      }
      if Bool.random(using: &random) { bytes[0] = UInt8.random(in: 1...4, using: &random) }
      return bytes
    }

    /// A burst every ten seconds or so.
    private func makeNoise(until end: Duration) {
      while nextNoise <= end {
        wire.put(noise(1...60), at: nextNoise, each: Slaves.byteTime)
        if let good = goodUntil, nextNoise <= good { goodUntil = nil }
        nextNoise += .milliseconds(Int.random(in: 100...20_000, using: &random))
      }
    }

    private func hear(_ bytes: [UInt8]) {
      goodUntil = nil
      let start = wire.now
      let asked = start + Slaves.byteTime * bytes.count
      guard bytes.count == 8, rtuFrame(Array(bytes[..<6])) == bytes else {
        Issue.record("this is no request: \(bytes)")
        return
      }
      let (unit, function) = (bytes[0], bytes[1])
      let (address, count) = (
        Int(bytes[2]) << 8 | Int(bytes[3]), Int(bytes[4]) << 8 | Int(bytes[5])
      )
      var answer = Slaves.answer(unit, function, address, count)
      let isAlone = !wire.hasArrivals(after: start)
      if isEchoed { wire.put(bytes, at: start, each: Slaves.byteTime) }
      let deed =
        Bool.random(using: &random)
        ? Deed.answer : Deed.allCases.randomElement(using: &random) ?? .answer
      deeds["\(deed)", default: 0] += 1
      var begin = asked + .milliseconds(Int.random(in: 2...80, using: &random))
      var isCut = false
      switch deed {
      case .answer: break
      case .busy: answer = rtuFrame([unit, function | 0x80, 6])
      case .silence: answer = []
      case .late:
        // Within twice what it is given, its bytes not counted.
        begin = asked + .milliseconds(Int.random(in: 200...620, using: &random))
      // Of a unit, function and length that nobody asks for: a good frame that answers a later
      // question by chance cannot be told from an answer.
      case .wrongUnit: answer = Slaves.answer(unit + 4, function, address, count)
      case .wrongFunction: answer = Slaves.answer(unit, 2, address, count)
      case .wrongLength: answer = Slaves.answer(unit, function, min(address, 0x400), count + 30)
      case .bitFlip:
        answer[Int.random(in: 0..<answer.count, using: &random)] ^=
          1 << UInt8.random(in: 0..<8, using: &random)
      case .cutShort: answer.removeLast(Int.random(in: 1..<answer.count, using: &random))
      case .noiseBefore: answer = noise(1...12) + answer
      case .noiseAfter: answer += noise(1...12)
      case .echo: answer = bytes + answer
      case .twice: answer += answer
      case .pause:
        let half = answer.count / 2
        let end = wire.put(Array(answer[..<half]), at: begin, each: Slaves.byteTime)
        answer.removeFirst(half)
        begin = end + .milliseconds(Int.random(in: 1...150, using: &random))
      case .noise: answer = noise(1...300)
      case .talk: answer = noise(400...900)
      case .unplugged:
        answer.removeLast(Int.random(in: 0..<answer.count, using: &random))
        isCut = true
      }
      let end = wire.put(answer, at: begin, each: Slaves.byteTime, isCut: isCut)
      if deed == .answer, isAlone { goodUntil = end }
    }
  }

  /// So many registers or bits, at places that can all be taken for one another: one of them looks as
  /// an answer does when it is heard as an echo, one is refused.
  private static let questions: [(RegisterTable, UInt16, Int)] = [
    (.input, 0, 2), (.input, 10, 2), (.input, 20, 2), (.holding, 0, 2), (.input, 0, 10),
    (.coil, 0x0300, 20), (.coil, 0x0400, 20), (.input, 0x8000, 2), (.input, 0x9000, 10),
  ]

  /// More of them, where something is to be looked for: GODWIT_GARBAGE_SEEDS=100.
  private static let seeds =
    1...(ProcessInfo.processInfo.environment["GODWIT_GARBAGE_SEEDS"].flatMap { UInt64($0) } ?? 3)

  @Test(arguments: GarbageHourTests.seeds, [false, true])
  func `in an hour of garbage no wrong value is believed, and every good one is read`(
    seed: UInt64, isEchoed: Bool
  ) throws {
    let slaves = try Slaves(seed: seed, isEchoed: isEchoed)
    let wire = slaves.wire
    var random = SplitMix64(seed: seed &* 1_000)
    let port = SerialPort(path: "a line")
    let framing = RTUFraming(gap: port.line.frameGap, isEchoed: isEchoed)
    var exchange = RTUExchange(port, framing, over: wire)
    exchange.use(descriptor: wire.descriptor)
    defer { exchange.use(descriptor: -1) }
    // The longest answer here has 25 bytes, the longest request 8.
    let limit = Slaves.timeout + Slaves.byteTime * (8 + 25 + 1)
    let silence = RTULimits.drainMax + LineSilence.lump + .milliseconds(1)
    let longest = silence + limit * LateAnswers.window + silence + limit

    var counts = (asked: 0, read: 0, refused: 0, broken: 0)
    while wire.now < .seconds(3_600) {
      let (table, address, count) = try #require(
        GarbageHourTests.questions.randomElement(using: &random))
      let request = ModbusRequest(
        table: table, address: address, count: count,
        unit: UInt8.random(in: 1...4, using: &random))
      let start = wire.now
      counts.asked += 1
      do throws(BusError) {
        let words = try exchange.read(request, timeout: Slaves.timeout)
        #expect(words == Slaves.values(request), "\(request) at \(start)")
        #expect(Int(address) < Slaves.end)
        counts.read += 1
      } catch {
        switch error {
        case .exception(.illegalDataAddress):
          #expect(Int(address) >= Slaves.end, "\(request) at \(start)")
          counts.refused += 1
        case .exception(let exception): #expect(exception == .deviceBusy)
        case .timeout, .badResponse:
          if let end = slaves.goodUntil, end <= start + longest, Int(address) < Slaves.end {
            Issue.record("\(request) at \(start) was answered until \(end), and is \(error)")
          }
        case .connectionLost:
          counts.broken += 1
          wire.clear()
          wire.pause(for: .milliseconds(100))
          exchange.opened()
        default: Issue.record("\(error)")
        }
      }
      #expect(wire.now - start <= longest, "\(request) at \(start) took \(wire.now - start)")
      if Int.random(in: 0..<4, using: &random) == 0 {
        wire.pause(for: .milliseconds(Int.random(in: 0...2_000, using: &random)))
      }
    }
    // All of it has happened, and half of what is asked is there.
    #expect(counts.asked > 3_000 && counts.broken > 20 && counts.refused > 100, "\(counts)")
    #expect(counts.read * 10 > counts.asked * 3, "\(counts)")
    #expect(slaves.deeds.count == Deed.allCases.count, "\(slaves.deeds)")
  }
}
