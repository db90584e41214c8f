import Testing

@testable import Configuration

struct PointIdentityTests {
  private func profile(_ identify: String) throws(ConfigurationError) -> DeviceProfile {
    let yaml = """
      profile: godwit/1
      id: meter
      revision: 1
      title: A meter
      bus: modbus
      refs: [none]
      tables: { state: { 0: off, 1: on } }
      identify: \(identify)
      points:
        frequency: { at: 0, table: input, type: f32, unit: Hz }
        model: { at: 2, table: input, type: str8 }
        state: { at: 6, table: input, type: u16, map: state }
      """
    return try DeviceProfile.parse(Array(yaml.utf8), file: "p.yaml", expectedID: nil)
  }

  @Test func `numbers, texts and names identify a device`() throws {
    let identities = try profile(
      "[{point: frequency, in: [45, 65]}, {point: model, is: 72D}, {point: state, is: on},"
        + " {point: frequency, is: 50}]"
    ).modbus.identities
    #expect(identities.map(\.point) == [0, 1, 2, 0])
    #expect(
      identities.map(\.test) == [.within(45...65), .text("72D"), .text("on"), .within(50...50)])
  }

  @Test(arguments: [
    ("{point: frequency}", "expected a list"), ("[{point: voltage, is: 1}]", "name of a point"),
    ("[{point: frequency}]", "missing key 'is'"), ("[{is: 1}]", "missing key 'point'"),
    ("[{point: frequency, in: [65, 45]}]", "the lower end first"),
    ("[{point: frequency, in: [65]}]", "expected a range"),
    ("[{point: frequency, is: fast}]", "expected a number"),
    ("[{point: frequency, at: 1}]", "unknown key 'at'"),
    (
      "[{point: state, is: on}, {point: state, is: on}, {point: state, is: on},"
        + " {point: state, is: on}, {point: state, is: on}]", "at most 4 points"
    ),
  ])
  func `what is wrong with an identity is told`(identify: String, error: String) {
    #expect {
      try profile(identify)
    } throws: {
      ($0 as? ConfigurationError)?.message.contains(error) ?? false
    }
  }
}
