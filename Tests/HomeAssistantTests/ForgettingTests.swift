import HomeAssistant
import Testing

/// What is gone is taken away.
@Suite struct ForgettingTests {
  private static let both = """
    devices:
      one: { profile: sample, bus: plc, unit: 1 }
      two: { profile: sample, bus: plc, unit: 2 }
    """

  @Test func `a device that is gone is forgotten by an empty message`() throws {
    let old = try discovery(Self.both)
    let new = try discovery("devices: { two: { profile: sample, bus: plc, unit: 2 } }")
    let topic = "homeassistant/device/godwit-barn/one/config"
    #expect(old.forgotten(by: new) == [DiscoveryMessage(topic: topic, payload: [])])
    #expect(new.forgotten(by: old).isEmpty)
    _ = try states(new.messages(replacing: old) + old.forgotten(by: new))
  }

  @Test func `all is forgotten where nobody is to be told any more`() throws {
    let old = try discovery(Self.both)
    #expect(old.forgotten(by: nil).map(\.topic) == old.messages().map(\.topic))
  }

  @Test func `a value that is gone is left with its platform alone`() throws {
    let old = try discovery(Self.both)
    let new = try discovery(
      """
      devices:
        one: { profile: sample, bus: plc, unit: 1, points: [power] }
        two: { profile: sample, bus: plc, unit: 2 }
      """)
    let all = try components(new.messages(step: 1, replacing: old)[0])
    #expect(all.count == 5)
    #expect(all["running"] as? [String: String] == ["p": "binary_sensor"])
    #expect(all["items"] as? [String: String] == ["p": "sensor"])
    // And not any more in what is told the next time.
    #expect(try components(new.messages(step: 1)[0]).count == 1)
    let states = try states(new.messages(replacing: old))
    #expect(states["godwit.barn.one.items"] == nil)
    #expect(states["godwit.barn.two.items"] == "unknown")
  }
}
