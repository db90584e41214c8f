import Status
import Testing

@Suite struct GatewayStatusTests {
  @Test func `a new status is one of a gateway that has done nothing`() {
    let status = GatewayStatus(
      gateway: "barn", version: "1", start: .first, clock: .unsynchronized)
    #expect(!status.link.isUp && status.lanes.isEmpty && status.devices.isEmpty)
  }
}
