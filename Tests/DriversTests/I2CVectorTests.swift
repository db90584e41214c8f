import Configuration
import Foundation
import Testing

@testable import Drivers
@testable import ProfileCheck

/// Other people's bytes and what they mean, through the profile language and a scripted bus: by a
/// profile that is shipped where there is one, else by one that says no more than it must.
@Suite struct I2CVectorTests {
  struct Vector: Decodable, CustomTestStringConvertible, Sendable {
    let name: String
    let source: String
    /// The profile that is shipped for the device.
    let shipped: String?
    /// Or what a profile says of it.
    let body: String?
    /// An item of the profile's key `tests`.
    let test: String
    /// A wait that the device must be given.
    let waits_ms: Double?

    var testDescription: String { "\(name) (\(source))" }

    var profile: DeviceProfile {
      get throws {
        var text = """
          profile: godwit/1
          id: p
          revision: 1
          title: P
          bus: i2c
          refs: [r]
          connection: {addresses: [0x40]}
          \(body ?? "")

          """
        if let shipped {
          let file = shippedProfiles.appending(path: "\(shipped).yaml")
          text = try String(contentsOf: file, encoding: .utf8)
          let tests = try #require(text.range(of: "\ntests:\n"))
          text = String(text[..<tests.lowerBound]) + "\n"
        }
        text += "tests:\n  - {name: t, \(test)}\n"
        return try DeviceProfile.parse(Array(text.utf8), file: "p.yaml", expectedID: nil)
      }
    }
  }

  static let vectors: [Vector] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Vectors/i2c.json")
    // No file is no vectors, which a test notices.
    guard let data = try? Data(contentsOf: file) else { return [] }
    return (try? JSONDecoder().decode([Vector].self, from: data)) ?? []
  }()

  @Test func `there are vectors`() {
    #expect(Self.vectors.count >= 190)
  }

  @Test(arguments: vectors)
  func `bytes mean what their source says`(vector: Vector) throws {
    let profile = try vector.profile
    let test = profile.i2c.tests[0]
    #expect(profile.faults(in: test) == [])
    guard let wait = vector.waits_ms else { return }
    var device = profile.device([0], at: test.site)
    var line = ScriptedI2C(test, of: profile.i2c)
    var waits: [Duration] = []
    _ = device.sample(group: 0, over: &line, unixMilliseconds: 0, sinceBoot: .zero) {
      waits.append($0)
    }
    #expect(waits.contains(.microseconds(Int64(wait * 1_000))), "\(waits)")
  }
}
