import Configuration
import Foundation
import Telemetry
import Testing

@testable import Drivers
@testable import ProfileCheck

/// Other people's pulses and what they mean.
@Suite struct PulseVectorTests {
  struct Pulses: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    /// A shipped profile, its options, and the point.
    let profile: String
    let options: [String: Double]
    let point: String
    /// How many pulses there are, and the time from one to the next.
    let count: Int
    let interval_s: Double
    let value: Double
    let tolerance: Double
    let source: String

    var testDescription: String { "\(name) (\(source))" }
  }

  struct Bounces: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let period_us: Int
    let edges: [[Int]]
    let end_us: Int
    let rising: Int
    let accepted_at_us: [Int]?

    var testDescription: String { name }
  }

  struct File: Decodable {
    let pulses: [Pulses]
    let debounce: [Bounces]
  }

  static let file: File? = {
    let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Vectors/pulses.json")
    // What cannot be read is no cases, which the test of their number notices.
    guard let data = try? Data(contentsOf: url) else { return nil }
    return try? JSONDecoder().decode(File.self, from: data)  // likewise
  }()

  @Test func `the vectors are there`() {
    #expect(PulseVectorTests.file?.pulses.count == 5)
    #expect(PulseVectorTests.file?.debounce.count == 3)
  }

  @Test(arguments: PulseVectorTests.file?.debounce ?? [])
  func `a contact's edges come out clean`(_ vector: Bounces) throws {
    let profile = try gpioProfile(
      points: "n: {count: in, unit: count}", line: "{debounce: \(vector.period_us / 1_000) ms}")
    var device = profile.gpioDevice()
    device.taken(line: 0, isActive: false, isDebounced: false, now: .zero)
    var debouncer = Debouncer(period: .microseconds(vector.period_us), isActive: false)
    var accepted: [Duration] = []
    for edge in vector.edges {
      let edge = Edge(isRising: edge[1] == 1, time: .microseconds(edge[0]))
      _ = device.take(edge, line: 0)
      if let clean = debouncer.take(edge), clean.isRising { accepted.append(clean.time) }
    }
    let end = Duration.microseconds(vector.end_us)
    _ = device.settle(now: end)
    if let clean = debouncer.settle(now: end), clean.isRising { accepted.append(clean.time) }
    let sample = device.sample(group: 0, unixMilliseconds: 0, sinceBoot: end)
    #expect(sample.outcomes == [.integer(Int64(vector.rising))])
    if let expected = vector.accepted_at_us {
      #expect(accepted == expected.map { .microseconds($0) })
    }
  }

  @Test(arguments: PulseVectorTests.file?.pulses ?? [])
  func `pulses mean what others say`(_ vector: Pulses) throws {
    let profile = try shippedProfile(vector.profile)
    let options = profile.gpio.options.map { vector.options[$0.name] ?? $0.usual }
    let point = try #require(profile.points.firstIndex { $0.name == vector.point })
    var device = profile.gpioDevice([point], options: options)
    device.taken(line: 0, isActive: false, isDebounced: true, now: .zero)
    var now = Duration.seconds(100)
    for _ in 0..<vector.count {
      now += .nanoseconds(Int64((vector.interval_s * 1e9).rounded()))
      _ = device.take(Edge(isRising: true, time: now), line: 0)
      _ = device.take(Edge(isRising: false, time: now + .milliseconds(1)), line: 0)
    }
    let sample = device.sample(
      group: 0, unixMilliseconds: 0, sinceBoot: now + .milliseconds(2))
    let value = try #require(sample.outcomes[0].number)
    #expect(abs(value - vector.value) <= vector.tolerance)
  }
}
