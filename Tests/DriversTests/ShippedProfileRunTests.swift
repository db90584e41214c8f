import Configuration
import Foundation
import Telemetry
import Testing

@testable import Drivers
@testable import ProfileCheck

/// The profiles that are shipped, through the device logic.
@Suite struct ShippedProfileRunTests {
  @Test(arguments: shippedProfileNames)
  func `a profile's own examples come out`(name: String) throws {
    let profile = try shippedProfile(name)
    let trial = ProfileTrial(profile)
    #expect(!trial.examples.isEmpty)
    for example in trial.examples { #expect(example.faults == [], "\(example.name)") }
  }

  @Test func `the README's I2C example comes out`() throws {
    let readme = try String(
      contentsOf: shippedProfiles.appending(path: "README.md"), encoding: .utf8)
    let examples = readme.split(separator: "```yaml\n").filter {
      $0.hasPrefix("profile: godwit/1\nid: acme-lx1")
    }
    let text = try #require(examples.first?.split(separator: "```").first)
    let profile = try DeviceProfile.parse(
      Array(text.utf8), file: "README.md", expectedID: "acme-lx1")
    let trial = ProfileTrial(profile)
    #expect(!trial.examples.isEmpty && trial.failureCount == 0, "\(trial.examples)")
  }

  /// Reads a simulated device of the profile, as a gateway would.
  @Test(arguments: try shippedProfileNames.filter { try shippedProfile($0).kind == .modbus })
  func `a simulated device of a profile gives a value for every point`(name: String) throws {
    let profile = try shippedProfile(name)
    guard profile.kind == .modbus else { return }
    let simulated = SimulatedDevice(profile: profile)
    for seconds in [0.0, 61, 3_600] {
      let blocks = simulated.registers(at: .seconds(seconds))
      var master = ImageMaster(
        blocks.map { .init(table: $0.table, address: $0.address, words: $0.words) })
      var device = profile.device(profile.shownPoints)
      let sample = device.sample(
        group: 0, over: &master, unixMilliseconds: 0, sinceBoot: .zero, pause: { _ in }
      ).sample
      for (channel, outcome) in zip(sample.channels, sample.outcomes) {
        if case .missing(let reason) = outcome {
          Issue.record("\(channel.name) has no value: \(reason.name)")
        }
      }
    }
  }
}
