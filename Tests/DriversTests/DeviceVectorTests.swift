import Configuration
import Foundation
import Telemetry
import Testing

@testable import Drivers
@testable import ProfileCheck

/// Other people's registers and what they mean, through the profile language and the decoder.
@Suite struct DeviceVectorTests {
  struct Vector: Decodable, CustomTestStringConvertible, Sendable {
    let name: String
    /// What a profile says of the point.
    let keys: String
    let words: String
    let expect: String
    let source: String

    var testDescription: String { "\(name) {\(keys)} \(source)" }

    var registers: [UInt16] { words.split(separator: " ").compactMap { UInt16($0, radix: 16) } }

    var profile: DeviceProfile {
      get throws {
        try DriversTests.profile(
          points: "p: {at: 0, unit: none, \(keys)}",
          tests: "[{name: t, holding: {0: \(words)}, expect: {p: \(expect)}}]")
      }
    }

    var point: ModbusPoint { get throws { try profile.modbus.points[0] } }

    /// The number that is expected; nil for none, and for what is no number.
    var number: Double? { get throws { try profile.modbus.tests[0].expectations[0].value } }
  }

  struct Counter: Decodable, Sendable {
    let bits: Int
    let previous: String
    let now: String
    let max_step: Double?
    let event: String
    let delta: UInt64
  }

  private static func load<Case: Decodable>(_ name: String) -> [Case] {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Vectors/\(name).json")
    // What cannot be read is no cases, which the test of their number notices.
    guard let data = try? Data(contentsOf: file) else { return [] }
    return (try? JSONDecoder().decode([Case].self, from: data)) ?? []  // likewise
  }

  static let vectors: [Vector] = load("registers")
  static let counters: [Counter] = load("counters")

  /// Registers of 12 kinds, each as often as it was collected; the frames around them are in
  /// BusesTests/FrameVectorTests, walks over models in SunSpecWalkTests and in the profile's own tests.
  @Test func `no vector is left out`() {
    #expect(DeviceVectorTests.vectors.count == 128)
    #expect(DeviceVectorTests.counters.count == 5)
  }

  @Test(arguments: vectors)
  func `registers mean what their source says`(vector: Vector) throws {
    let profile = try vector.profile
    #expect(profile.faults(in: profile.modbus.tests[0]) == [])
    let point = profile.modbus.points[0]
    guard point.formulas == nil else { return }
    switch RegisterDecoder(point).decode(vector.registers[...]) {
    // A whole number comes exactly, which a comparison of Doubles would not show.
    case .integer(let number): #expect("\(number)" == vector.expect.prefix { $0 != " " })
    case .float: #expect(point.type == .f32 || point.type == .f16)
    case .double: #expect(point.type == .f64 || point.type == .u64 || vector.keys.contains("scale"))
    case .boolean, .text, .texts, .missing: break
    }
  }

  @Test(arguments: counters)
  func `a counter goes on as its source says`(vector: Counter) throws {
    let step = vector.max_step.map { ", max_step: \($0)" } ?? ""
    let resets = vector.event == "reset" ? "power-on" : "never"
    let profile = try profile(
      points: "p: {at: 0, type: u\(vector.bits), unit: count,"
        + " counter: {bits: \(vector.bits), resets: \(resets)\(step)}}")
    var device = profile.device([0])
    let encoder = RegisterEncoder(profile.modbus.points[0])
    var outcomes: [Outcome] = []
    for text in [vector.previous, vector.now] {
      let number = try #require(UInt64(text))
      var master = ImageMaster([
        .init(table: .holding, address: 0, words: encoder.encode(pattern: number))
      ])
      outcomes +=
        device.sample(
          group: 0, over: &master, unixMilliseconds: 0, sinceBoot: .zero, pause: { _ in }
        ).sample.outcomes
    }
    let before = try #require(outcomes[0].number)
    let after = try #require(outcomes[1].number)
    switch vector.event {
    case "reset": #expect(after == Double(vector.delta))
    // What is carried beyond 64 bits has no room.
    case "rollover" where vector.bits == 64: #expect(after == 0)
    default: #expect(after - before == Double(vector.delta))
    }
    var state = CounterState()
    let counter = PointCounter(
      bits: UInt8(vector.bits), resets: resets == "never" ? .never : .powerOn,
      stepMax: vector.max_step)
    _ = state.take(UInt64(vector.previous) ?? 0, counter, unit: 1, scaleFactor: 0)
    let event = state.take(UInt64(vector.now) ?? 0, counter, unit: 1, scaleFactor: 0)
    switch vector.event {
    case "reset": #expect(event == .reset(vector.delta))
    case "rollover": #expect(event == .rollover(vector.delta))
    default: #expect(event == .normal(vector.delta))
    }
  }
}
