import Configuration
import Telemetry
import Testing

@testable import Drivers

struct RegisterEncoderTests {
  /// The vectors are other people's, so encoding is checked against them and not against decoding.
  @Test(arguments: DeviceVectorTests.vectors)
  func `a value becomes the registers that its source shows`(
    vector: DeviceVectorTests.Vector
  ) throws {
    let point = try vector.point
    // What other points, names or earlier readings say has no one way back; nor has a half's
    // fraction a way around cutting, which is exact for the vectors' halves only.
    guard let value = try vector.number, point.formulas == nil, point.scaleFactor == nil,
      point.bits == nil, point.meaning == .number, !point.type.isText
    else { return }
    let words = RegisterEncoder(point).encode(value)
    // Sources round the values of floats that have more digits.
    if point.type == .f32 || point.type == .f64 {
      let outcome = RegisterDecoder(point).decode(words[...])
      #expect(abs((outcome.number ?? .nan) - value) <= abs(value) * 1e-6)
    } else if abs(value) < 9e15 {
      // A Double has no more digits.
      #expect(words == vector.registers)
    }
  }

  @Test(
    arguments: [
      (.u16, 70_000, [0xFFFF]), (.u16, -1, [0x0000]), (.s16, 40_000, [0x7FFF]),
      (.s16, -40_000, [0x8000]), (.u32, 1e12, [0xFFFF, 0xFFFF]), (.s32, -1e12, [0x8000, 0x0000]),
      (.u64, 1e30, [0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF]), (.u64, -5, [0, 0, 0, 0]),
      (.s64, 1e30, [0x7FFF, 0xFFFF, 0xFFFF, 0xFFFF]), (.s64, -1e30, [0x8000, 0, 0, 0]),
      (.u16, .nan, [0]), (.s64, .infinity, [0x7FFF, 0xFFFF, 0xFFFF, 0xFFFF]),
      (.u16, 1.5, [2]), (.s16, -1.5, [0xFFFE]), (.s16, -1.4, [0xFFFF]), (.u16, 65_534.6, [0xFFFF]),
    ] as [(RegisterType, Double, [UInt16])])
  func `a whole-number type takes the nearest number that it has`(
    type: RegisterType, value: Double, words: [UInt16]
  ) {
    let point = ModbusPoint(
      name: "p", table: .holding, address: 0, type: type, unit: "none", pollClass: 0)
    #expect(RegisterEncoder(point).encode(value) == words)
  }
}
