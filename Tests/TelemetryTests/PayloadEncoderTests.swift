import Foundation
import TestSupport
import Testing

@testable import Telemetry

struct PayloadEncoderTests {
  private func text(_ samples: [Sample], gateway: String = "barn") -> String {
    let batch = Batch(device: 0, samples: samples)
    let bytes = PayloadEncoder.encode(
      batch, gateway: gateway, device: "meter", id: "6f1c2a9e-4711", clock: known
    ).text
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func `a batch is written as the payload's documentation shows it`() {
    let channels = [channel("voltage", digits: 1), channel("active_power")]
    let samples = [
      Sample(
        device: 0, unixMilliseconds: 1_732_330_000_123,
        sinceBoot: .milliseconds(1_732_330_000_123), channels: channels,
        outcomes: [.float(230.2), .float(1250.5)]),
      Sample(
        device: 0, unixMilliseconds: 1_732_330_001_123,
        sinceBoot: .milliseconds(1_732_330_001_123), channels: channels,
        outcomes: [.float(230.1), .missing(.timeout)]),
    ]
    #expect(
      text(samples) == #"""
        {"gateway":"barn","device":"meter","id":"6f1c2a9e-4711","readings":[\#
        {"ts":1732330000123,"voltage":230.2,"active_power":1250.5},\#
        {"ts":1732330001123,"voltage":230.1,"active_power":null,\#
        "errors":{"active_power":"timeout"}}]}
        """#)
  }

  @Test func `all kinds of values stand side by side`() {
    let channels = ["a", "b", "c", "d", "e", "f", "g", "h"].map { channel($0) }
    let outcomes: [Outcome] = [
      .integer(-9_223_372_036_854_775_808), .double(230.1), .float(0.1), .missing(.notANumber),
      .missing(.nameNotFound), .boolean(true), .text("mppt \"1\""), .texts(["dc", "fault"]),
    ]
    #expect(
      text([sample(channels, outcomes)]) == #"""
        {"gateway":"barn","device":"meter","id":"6f1c2a9e-4711","readings":[\#
        {"ts":0,"a":-9223372036854775808,"b":230.1,"c":0.1,"d":null,"e":null,\#
        "f":true,"g":"mppt \"1\"","h":["dc","fault"],\#
        "errors":{"d":"not-a-number","e":"name-not-found"}}]}
        """#)
  }

  @Test func `a number that JSON does not have never gets out`() {
    let channels = [channel("a"), channel("b", digits: 1)]
    #expect(
      text([sample(channels, [.double(.nan), .float(-.infinity)])]).hasSuffix(
        #"{"ts":0,"a":null,"b":null}]}"#))
  }

  @Test func `a whole number is not rounded to the channel's digits`() {
    #expect(text([sample([channel("a", digits: 0)], [.integer(12)])]).hasSuffix(#""a":12}]}"#))
  }

  @Test(arguments: [
    ("a\"b", #"a\"b"#), ("a\\b", #"a\\b"#), ("a/b", "a/b"), ("Keller Süd 🌡", "Keller Süd 🌡"),
    ("\u{0}\u{8}\t\n\r\u{1F}", #"\u0000\u0008\u0009\u000a\u000d\u001f"#), ("\u{7F}", "\u{7F}"),
    ("", ""),
  ])
  func `texts are escaped by RFC 8259 once`(name: String, escaped: String) {
    #expect(text([sample([], [])], gateway: name).hasPrefix("{\"gateway\":\"\(escaped)\",\"dev"))
  }

  @Test func `any names and any values make JSON that reads back`() throws {
    var random = SplitMix64(seed: 3)
    for _ in 0..<300 {
      let sample = randomSample(&random)
      let bytes = PayloadEncoder.encode(
        Batch(device: 0, samples: [sample, sample]), gateway: randomName(&random), device: "m",
        id: "x-1", clock: known
      ).text
      let root = try #require(
        try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
      let readings = try #require(root["readings"] as? [[String: Any]])
      #expect(readings.count == 2)
      let reading = readings[0]
      let errors = reading["errors"] as? [String: String] ?? [:]
      #expect((reading["ts"] as? NSNumber)?.int64Value == sample.unixMilliseconds)
      for (channel, outcome) in zip(sample.channels, sample.outcomes) {
        let value = reading[channel.name] as? NSNumber
        switch outcome {
        case .integer(let expected): #expect(value?.int64Value == expected)
        case .double(let expected):
          // Foundation reads numbers by way of Decimal and is off by some units in the last place;
          // that the text is exact is tested in NumberTextTests.
          let difference = (value?.doubleValue).map { ($0 - expected).magnitude } ?? .infinity
          #expect(difference <= expected.magnitude * 1e-14)
        case .float(let expected): #expect((value?.doubleValue).map { Float($0) } == expected)
        case .boolean(let expected): #expect(reading[channel.name] as? Bool == expected)
        case .text(let expected): #expect(reading[channel.name] as? String == expected)
        case .texts(let expected): #expect(reading[channel.name] as? [String] == expected)
        case .missing(let reason):
          #expect(reading[channel.name] is NSNull)
          #expect(errors[channel.name] == reason.name)
        }
      }
    }
  }

  @Test func `the size that is reckoned with is never below the size that is written`() {
    var random = SplitMix64(seed: 4)
    for _ in 0..<1_000 {
      let sample = randomSample(&random)
      let size = PayloadSize.upperBound(of: sample)
      let batch = Batch(device: 0, samples: [sample])
      let written = PayloadEncoder.encode(
        batch, gateway: "g", device: "d", id: "i", clock: known
      ).text.count
      let around = #"{"gateway":"g","device":"d","id":"i","readings":[]}"#.utf8.count
      #expect(written - around <= size)
      #expect(around <= PayloadSize.envelope + 9)
    }
  }

  @Test func `every reason has a name of its own, in kebab case`() {
    let names = MissingReason.allCases.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(names.allSatisfy { $0.utf8.allSatisfy { (97...122).contains($0) || $0 == 45 } })
  }

  private func randomName(_ random: inout SplitMix64) -> String {
    var name = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...8, using: &random) {
      let kind = Int.random(in: 0...3, using: &random)
      let limit: UInt32 = [0x20, 0x7F, 0x7FF, 0x1F_FFF][kind]
      if let scalar = Unicode.Scalar(UInt32.random(in: 0...limit, using: &random)) {
        name.append(scalar)
      }
    }
    return String(name)
  }

  private func randomSample(_ random: inout SplitMix64) -> Sample {
    let count = Int.random(in: 0...12, using: &random)
    let channels = (0..<count).map { channel("\(randomName(&random))#\($0)") }
    let outcomes: [Outcome] = (0..<count).map { _ in
      let bits = random.next()
      switch bits % 9 {
      case 0: return .integer(Int64(bitPattern: random.next()))
      case 1: return .missing(MissingReason.allCases[Int(bits >> 8) % MissingReason.allCases.count])
      case 2: return .float(Float(Int32(truncatingIfNeeded: bits >> 40)) / 1_000)
      case 3: return .double(Double(bits >> 40) / 1_000)
      case 4: return .boolean(bits >> 40 & 1 == 1)
      case 5: return .text(randomName(&random))
      case 6: return .texts((0..<bits >> 40 % 4).map { _ in randomName(&random) })
      case 7:
        let value = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
        return .float(value.isFinite ? value : 1)
      default:
        let value = Double(bitPattern: random.next())
        return .double(value.isFinite ? value : 1)
      }
    }
    let milliseconds = Int64.random(in: -1...2_000_000_000_000, using: &random)
    return Sample(
      device: 0, unixMilliseconds: milliseconds, sinceBoot: .milliseconds(milliseconds),
      channels: channels, outcomes: outcomes)
  }

  @Test func `the schema knows every reason and no other`() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "docs/payload.schema.json")
    let schema = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any]
    let definitions = schema?["$defs"] as? [String: [String: Any]]
    let reasons = definitions?["reason"]?["enum"] as? [String]
    #expect(reasons == MissingReason.allCases.map(\.name))
  }
}
