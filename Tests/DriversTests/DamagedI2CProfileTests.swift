import Configuration
import Foundation
import Telemetry
import TestSupport
import Testing

@testable import Drivers
@testable import ProfileCheck

/// I2C profiles with wrong bytes in them that are still profiles: whatever they say, nothing traps
/// and nothing goes on for ever.
@Suite(.serialized) struct DamagedI2CProfileTests {
  @Test(arguments: try shippedProfileNames.filter { try shippedProfile($0).kind == .i2c })
  func `a damaged profile is read`(name: String) throws {
    let good = Array(try Data(contentsOf: shippedProfiles.appending(path: "\(name).yaml")))
    let signs = Array("0123456789-+*/%<>&|^(){}[]:,.@abceluxFHPT_ ".utf8)
    var read = 0
    for seed in 1...60 as ClosedRange<UInt64> {
      var generator = SplitMix64(seed: seed &* 0x9E37_79B9_7F4A_7C15)
      var bytes = good
      for _ in 0..<2 {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        guard signs.contains(bytes[place]) else { continue }
        bytes[place] = signs.randomElement(using: &generator) ?? 0
      }
      // What is refused is other tests' matter.
      guard let profile = try? DeviceProfile.parse(bytes, file: "p.yaml", expectedID: nil),
        case .i2c(let body) = profile.body
      else { continue }
      for test in body.tests { _ = profile.faults(in: test) }
      let points = Array(profile.points.indices)
      var device = profile.device(points, at: I2CSite(address: body.addresses[0], profile: body))
      var line = RandomI2C(generator: generator)
      var waited = Duration.zero
      let sample = device.sample(
        group: 0, over: &line, unixMilliseconds: 0, sinceBoot: .zero, pause: { waited += $0 }
      ).sample
      #expect(sample.outcomes.count == points.count)
      #expect(waited <= I2CLimits.waitMax)
      #expect(device.jobs[0].cost < .seconds(600))
      read += 1
    }
    #expect(read > 3)
  }
}

private struct RandomI2C: I2CLine, ~Copyable {
  var generator: SplitMix64

  mutating func transfer(_ transfer: inout I2CTransfer) throws(BusError) {
    for index in transfer.received.indices {
      transfer.received[index] = UInt8.random(in: 0...255, using: &generator)
    }
  }
}
