import Status
import Telemetry
import Testing

@testable import Pipeline

struct BusTallyTests {
  private func sample(_ outcomes: [Outcome], device: Int = 7, at time: Duration) -> Sample {
    Sample(
      device: device, unixMilliseconds: 0, sinceBoot: time,
      channels: outcomes.indices.map { Channel(name: "c\($0)", digits: nil, unit: "") },
      outcomes: outcomes)
  }

  @Test func `a device is as its last reading was`() {
    var tally = BusTally([(3, "a"), (7, "b")])
    #expect(tally.devices[1].state == .unread && tally.latency == nil)
    tally.add(sample([.integer(1)], at: .seconds(1)), took: .milliseconds(160))
    #expect(tally.devices[1].state == .ok && tally.devices[1].lastValue == .seconds(1))
    tally.add(
      sample([.missing(.timeout)], at: .seconds(2)), errors: [.timeout, .timeout], retries: 1,
      took: .milliseconds(320))
    #expect(tally.devices[1].state == .failing && tally.devices[1].lastError == "timeout")
    #expect(tally.devices[1].failures == 1 && tally.devices[1].lastValue == .seconds(1))
    #expect(tally.errors == [GatewayStatus.Count("timeout", 2)] && tally.retries == 1)
    #expect(tally.latency == .milliseconds(170) && tally.busy == .milliseconds(480))
    tally.add(sample([.missing(.timeout)], at: .seconds(3)), isIsolated: true)
    #expect(tally.devices[1].state == .isolated && tally.latency == .milliseconds(170))
    tally.add(sample([.integer(1)], at: .seconds(4)), took: .milliseconds(170))
    // What was wrong last stays known.
    #expect(tally.devices[1].state == .ok && tally.devices[1].lastError == "timeout")
    #expect(tally.devices[0].state == .unread && tally.samples == 4)
  }

  @Test func `a value that a device does not have is no failure, a reading without any is`() {
    var tally = BusTally([(7, "a")])
    tally.add(sample([.integer(1), .missing(.notAvailable)], at: .seconds(1)))
    #expect(tally.devices[0].state == .ok && tally.devices[0].failures == 0)
    tally.add(sample([.missing(.notAvailable), .missing(.notANumber)], at: .seconds(2)))
    #expect(tally.devices[0].state == .failing)
    #expect(tally.devices[0].lastError == "not-available")
  }

  @Test func `a reading of a device that is elsewhere is counted for the bus alone`() {
    var tally = BusTally([(7, "a")])
    tally.add(sample([.integer(1)], device: 8, at: .seconds(1)))
    #expect(tally.samples == 1 && tally.devices[0].state == .unread)
  }
}
