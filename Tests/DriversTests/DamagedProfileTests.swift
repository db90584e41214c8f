import Configuration
import Foundation
import Telemetry
import TestSupport
import Testing

@testable import Drivers
@testable import ProfileCheck

/// Profiles with wrong bytes in them that are still profiles: whatever they say, nothing traps.
@Suite struct DamagedProfileTests {
  @Test(
    arguments: [
      "generic-modbus", "epever-tracer", "sunspec-inverter", "generic-float-meter",
      "generic-inputs-16", "chint-dtsu666",
    ])
  func `a damaged profile is simulated and read`(name: String) throws {
    let good = Array(try Data(contentsOf: shippedProfiles.appending(path: "\(name).yaml")))
    let digits = Array("0123456789-+:,{}sufx".utf8)
    var read = 0
    for seed in 1...400 as ClosedRange<UInt64> {
      var generator = SplitMix64(seed: seed &* 0x9E37_79B9_7F4A_7C15)
      var bytes = good
      for _ in 0..<3 {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        // Numbers are what matters here; comments and names are mostly letters.
        guard digits.contains(bytes[place]) else { continue }
        bytes[place] = digits.randomElement(using: &generator) ?? 0
      }
      // What is refused is other tests' matter.
      guard let profile = try? DeviceProfile.parse(bytes, file: "p.yaml", expectedID: nil) else {
        continue
      }
      let simulated = SimulatedDevice(profile: profile)
      var device = profile.device(profile.shownPoints)
      for seconds in [0.0, 90] {
        var master = ImageMaster(
          simulated.registers(at: .seconds(seconds)).map {
            .init(table: $0.table, address: $0.address, words: $0.words)
          })
        let sample = device.sample(
          group: 0, over: &master, unixMilliseconds: 0, sinceBoot: .zero, pause: { _ in }
        ).sample
        #expect(sample.outcomes.count == profile.shownPoints.count)
      }
      read += 1
    }
    #expect(read > 50)
  }
}
