import Configuration
import Foundation
import TestSupport
import Testing

/// Files that something has damaged: there is a value or one error with a place inside the file.
@Suite struct MutationTests {

  private static let gatewayYAML = """
    gateway: barn
    broker:
      url: mqtt://[2001:db8::1]:1883   # a comment
      username: barn
      password: "s\\u00e9cret"
      keep-alive: 60 s
    queue: { path: /var/lib/godwit, durability: every 1 s }
    buses:
      plc: { modbus-tcp: 192.0.2.10, port: 502 }
      roof: { modbus-tcp: inverter.lan }
    devices:
      meter: { profile: meter, bus: plc, unit: 1, every: 1 s, batch: 60 s, points: [voltage, power] }
      other:
        profile: meter
        bus: roof
        points:
          - current

    """

  private static let spice: [UInt8] = Array("{}[]:,#&*!|>'\"%@`?-\n\t \0\u{FEFF}é\u{85}0x9~<".utf8)

  private func mutate(_ bytes: inout [UInt8], using generator: inout SplitMix64) {
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      guard !bytes.isEmpty else { return }
      let index = Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0..<7, using: &generator) {
      case 0: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 1: bytes.remove(at: index)
      case 2: bytes.removeSubrange(index...)
      case 3: bytes.insert(MutationTests.spice.randomElement(using: &generator) ?? 0, at: index)
      case 4: bytes[index] = MutationTests.spice.randomElement(using: &generator) ?? 0
      case 5:
        let end = Int.random(in: index...min(bytes.count, index + 40), using: &generator)
        bytes.insert(
          contentsOf: bytes[index..<end], at: Int.random(in: 0...bytes.count, using: &generator))
      default:
        let end = Int.random(in: index...min(bytes.count, index + 40), using: &generator)
        bytes.removeSubrange(index..<end)
      }
    }
  }

  /// The lengths of the lines in characters, bytes that are not UTF-8 counted as one each.
  private func expectInside(_ error: ConfigurationError, _ bytes: [UInt8], _ seed: UInt64) {
    let text = String(decoding: bytes, as: UTF8.self).unicodeScalars.map { $0.value }
    var lengths = [0]
    for (index, scalar) in text.enumerated() {
      let isBreak =
        [0x0A, 0x85, 0x2028, 0x2029].contains(scalar)
        || (scalar == 0x0D && (index + 1 == text.count || text[index + 1] != 0x0A))
      if isBreak { lengths.append(0) } else { lengths[lengths.count - 1] += 1 }
    }
    let isInside =
      (1...lengths.count).contains(error.line)
      && (1...(lengths[error.line - 1] + 1)).contains(error.column)
    #expect(isInside, "seed \(seed): \(error.text)")
    let isOneLine = error.text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    #expect(isOneLine, "seed \(seed): \(error.text)")
    #expect(error.message.utf8.count < 500, "seed \(seed): \(error.text)")
  }

  @Test func `a damaged gateway configuration gives a value or one error`() {
    var (values, errors) = (0, 0)
    for seed in 1...3_000 as ClosedRange<UInt64> {
      var generator = SplitMix64(seed: seed &* 0x9E37_79B9_7F4A_7C15)
      var bytes = Array(MutationTests.gatewayYAML.utf8)
      mutate(&bytes, using: &generator)
      do {
        _ = try gateway(bytes)
        values += 1
      } catch {
        errors += 1
        if error.file == "g.yaml" { expectInside(error, bytes, seed) }
        #expect(error.file == "g.yaml")
      }
    }
    // Damage in comments and names is none; the rest must be found.
    #expect(values > 80)
    #expect(errors > 1_500)
  }

  @Test(
    arguments: [
      ("eastron-sdm630", 300), ("generic-modbus", 1_000), ("epever-tracer", 300),
      ("sunspec-inverter", 300), ("generic-float-meter", 500), ("chint-dtsu666", 300),
    ] as [(String, UInt64)])
  func `a damaged profile gives a value or one error`(_ name: String, _ count: UInt64) throws {
    let good = Array(try Data(contentsOf: deviceProfiles.appending(path: "\(name).yaml")))
    var (values, errors) = (0, 0)
    for seed in 1...count {
      var generator = SplitMix64(seed: seed &* 0x9E37_79B9_7F4A_7C15)
      var bytes = good
      mutate(&bytes, using: &generator)
      do {
        _ = try DeviceProfile.parse(bytes, file: "p.yaml", expectedID: name)
        values += 1
      } catch {
        errors += 1
        expectInside(error, bytes, seed)
      }
    }
    #expect(values > 5)
    #expect(errors > 100)
  }

  @Test func `every truncation gives a value or one error`() {
    let good = Array(MutationTests.gatewayYAML.utf8)
    for count in 0..<good.count {
      do { _ = try gateway(Array(good[..<count])) } catch {
        expectInside(error, Array(good[..<count]), UInt64(count))
      }
    }
  }

  @Test func `parsing gives its memory back`() throws {
    func residentBytes() throws -> Int {
      let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
      return try #require(Int(text.split(separator: " ")[1])) * 4_096
    }

    // Long enough that an event which is kept shows.
    let yaml = MutationTests.gatewayYAML.replacing(
      "username: barn", with: "username: \(String(repeating: "x", count: 60_000))")
    let good = Array(yaml.utf8)
    let broken = Array((yaml + "gateway: [\"x").utf8)
    func rounds(_ count: Int) {
      for _ in 0..<count {
        #expect(throws: Never.self) { try gateway(good) }
        #expect(throws: ConfigurationError.self) { try gateway(broken) }
      }
    }
    rounds(5)
    // A parser kept is 70 KiB a round and an event 60 KiB, every time. Other tests of this process
    // take memory meanwhile, but not every time.
    var hasGrown = true
    for _ in 0..<5 where hasGrown {
      let before = try residentBytes()
      rounds(60)
      hasGrown = try residentBytes() - before >= 2_000_000
    }
    #expect(!hasGrown)
  }
}
