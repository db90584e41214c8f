import Configuration
import Foundation
import Telemetry
import Testing

@testable import Drivers

/// Other people's registers and what they mean, through the profile language and the decoder.
@Suite struct DeviceVectorTests {
  struct Vector: Decodable, CustomTestStringConvertible, Sendable {
    let name: String
    let point: String
    let words: String
    let expect: String
    let source: String

    var testDescription: String { "\(name) {\(point)} \(source)" }
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

  @Test func `the vectors are there`() {
    #expect(DeviceVectorTests.vectors.count >= 120)
    #expect(DeviceVectorTests.counters.count >= 5)
  }

  @Test(arguments: vectors)
  func `registers mean what their source says`(vector: Vector) throws {
    let profile = try profile(
      points: "p: {at: 0, unit: none, \(vector.point)}",
      tests: "[{name: t, holding: {0: \(vector.words)}, expect: {p: \(vector.expect)}}]")
    #expect(profile.faults(in: profile.tests[0]) == [])
    // A whole number comes exactly, which a comparison of Doubles would not show.
    if let whole = Int64(vector.expect) {
      let words = vector.words.split(separator: " ").compactMap { UInt16($0, radix: 16) }
      let outcome = RegisterDecoder(profile.points[0]).decode(words[...])
      if case .integer(let number) = outcome { #expect(number == whole) }
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
    let encoder = RegisterEncoder(profile.points[0])
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
