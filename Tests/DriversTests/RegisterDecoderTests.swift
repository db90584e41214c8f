import Configuration
import Telemetry
import Testing

@testable import Drivers

struct RegisterDecoderTests {
  private func point(
    _ type: RegisterType, _ order: WordOrder = .highFirst, scale: Double = 1, offset: Double = 0
  ) -> ModbusPoint {
    var point = ModbusPoint(
      name: "p", table: .input, address: 0, type: type, unit: "none", pollClass: 0)
    point.wordOrder = order
    point.scale = scale
    point.offset = offset
    return point
  }

  private func decode(_ words: [UInt16], _ point: ModbusPoint) -> Outcome {
    RegisterDecoder(point).decode(words[...])
  }

  /// The numbers are beyond the 53 bits of a Double, so a detour through one would show.
  @Test(
    arguments: [
      // openhab/openhab-core, BitUtilities tests
      ([0xDFC5, 0xBBB7, 0x772E, 0x7909], .s64, .highFirst, .integer(-2_322_243_636_186_679_031)),
      // Home Assistant, swap: word on 64 bit
      ([0x0102, 0x0304, 0x0506, 0x0708], .u64, .lowFirst, .integer(506_660_481_457_717_506)),
      // 2^53 + 1, two's complement and unsigned
      ([0x0020, 0x0000, 0x0000, 0x0001], .u64, .highFirst, .integer(9_007_199_254_740_993)),
      ([0xFFDF, 0xFFFF, 0xFFFF, 0xFFFF], .s64, .highFirst, .integer(-9_007_199_254_740_993)),
      ([0x7FFF, 0xFFFF, 0xFFFF, 0xFFFF], .u64, .highFirst, .integer(.max)),
      ([0x8000, 0x0000, 0x0000, 0x0000], .s64, .highFirst, .integer(.min)),
      // What Int64 does not hold becomes the Double next to it: 2^63 and 2^64 - 65536.
      ([0x8000, 0x0000, 0x0000, 0x0000], .u64, .highFirst, .double(9_223_372_036_854_775_808)),
      ([0xFFFF, 0xFFFF, 0xFFFF, 0x0000], .u64, .highFirst, .double(18_446_744_073_709_486_080)),
    ] as [([UInt16], RegisterType, WordOrder, Outcome)])
  func `64-bit counters are exact`(
    words: [UInt16], type: RegisterType, order: WordOrder, expected: Outcome
  ) {
    #expect(decode(words, point(type, order)) == expected)
  }

  @Test(
    arguments: [
      (2_301, 0.1, 0, "230.1"), (65_535, 0.1, 0, "6553.5"), (3, 0.1, 0, "0.3"),
      (7, 0.01, 0, "0.07"),
      (1_155, 0.001, 0, "1.155"), (29, 0.05, 0, "1.45"), (57, 0.02, 0, "1.14"),
      (3, 0.000_001, 0, "3e-06"), (123, 10, 0, "1230.0"), (250, 0.1, -40, "-15.0"),
      (30_017, 0.01, -273.15, "27.02"), (1, 0.25, 0.5, "0.75"), (44, -0.1, 0, "-4.4"),
    ] as [(UInt16, Double, Double, String)])
  func `a scaled number is the decimal that is meant`(
    raw: UInt16, scale: Double, offset: Double, text: String
  ) throws {
    let outcome = decode([raw], point(.u16, scale: scale, offset: offset))
    #expect(outcome == .double(try #require(Double(text))))
    #expect(outcome.number?.description == text)
  }

  @Test func `every 16-bit number scaled by a tenth is the nearest double to its decimal`() throws {
    let decoder = RegisterDecoder(point(.u16, scale: 0.1))
    for raw in UInt16.min...UInt16.max {
      let expected = try #require(Double("\(raw / 10).\(raw % 10)"))
      #expect(decoder.decode([raw]) == .double(expected))
    }
  }

  @Test(arguments: [1.0 / 3, 1.797e308, 5e-300, 0.123_456_789_012_345])
  func `a scale that is no short decimal is multiplied as it is`(scale: Double) {
    #expect(decode([3], point(.u16, scale: scale)) == .double(3 * scale) || 3 * scale == .infinity)
  }

  @Test func `a scale that takes a number beyond all numbers leaves none`() {
    #expect(decode([0xFFFF], point(.u16, scale: 1.797e308)) == .missing(.notANumber))
  }

  @Test func `single precision stays single, scaled too, while it can`() {
    // 2301.3 in single precision is 2301.300048828125.
    let words = RegisterEncoder(point(.f32)).encode(2301.3)
    #expect(decode(words, point(.f32)) == .float(2301.3))
    #expect(decode(words, point(.f32, scale: 0.1)) == .float(230.13))
    #expect(decode(words, point(.f32, scale: 1e38)) == .double(Double(Float(2301.3)) * 1e38))
  }

  @Test(
    arguments: [
      ([0x7F80, 0x0000], RegisterType.f32), ([0xFF80, 0x0000], .f32), ([0x7F80, 0x0001], .f32),
      ([0x7FF0, 0x0000, 0x0000, 0x0000], .f64), ([0x7FF8, 0x0000, 0x0000, 0x0000], .f64),
      ([0xFFF0, 0x0000, 0x0000, 0x0001], .f64),
    ] as [([UInt16], RegisterType)])
  func `NaN and infinity are no values, and never 0`(words: [UInt16], type: RegisterType) {
    #expect(decode(words, point(type)) == .missing(.notANumber))
    #expect(decode(words, point(type, scale: 0.1)) == .missing(.notANumber))
  }

  @Test func `an invalid pattern is compared raw, in the point's word order`() {
    var huawei = point(.s32)
    huawei.invalid = [0x7FFF_FFFF, 0x8000_0000]
    #expect(decode([0x7FFF, 0xFFFF], huawei) == .missing(.notAvailable))
    #expect(decode([0x8000, 0x0000], huawei) == .missing(.notAvailable))
    #expect(decode([0x7FFF, 0xFFFE], huawei) == .integer(2_147_483_646))
    var sungrow = point(.s32, .lowFirst, scale: 0.1)
    sungrow.invalid = [0x7FFF_FFFF]
    #expect(decode([0xFFFF, 0x7FFF], sungrow) == .missing(.notAvailable))
    #expect(decode([0x7FFF, 0xFFFF], sungrow) == .double(-3_276.9))
    var sunspec = point(.f32)
    sunspec.invalid = [0x7FC0_0000]
    #expect(decode([0x7FC0, 0x0000], sunspec) == .missing(.notAvailable))
  }

  @Test func `what lies outside of the range is not believed, after scaling`() {
    var hertz = point(.u16, scale: 0.01)
    hertz.range = 45...65
    #expect(decode([4_500], hertz) == .double(45))
    #expect(decode([6_500], hertz) == .double(65))
    #expect(decode([4_499], hertz) == .missing(.outOfRange))
    #expect(decode([6_501], hertz) == .missing(.outOfRange))
    var count = point(.s16)
    count.range = 0...10
    #expect(decode([0xFFFF], count) == .missing(.outOfRange))
    var float = point(.f32)
    float.range = 0...1
    #expect(decode([0xC4BB, 0x8000], float) == .missing(.outOfRange))
  }
}
