import Foundation
import TestSupport
import Testing

/// The gateway on a chip with pins.
@Suite(.ownThreads)
struct GatewayPinTests {
  private let pi: VirtualPi
  private let site: Site

  init() async throws {
    pi = try await VirtualPi()
    site = try await Site(in: pi)
  }

  private func configure(_ devices: String) throws {
    try site.configure(buses: "pins: { gpio: barn }", devices: devices)
  }

  private func becomes(_ device: String, _ point: String, _ value: String) async throws -> Bool {
    try await eventually(within: .seconds(20)) { site.newest(device, point) == value }
  }

  @Test func `a door that opens is told at once`() async throws {
    let chip = try await pi.pinChip("barn", lines: ["lamp", "door"])
    // It is read once an hour, so what comes sooner comes because of the edge.
    try configure(
      "door: { profile: generic-contact, bus: pins, line: door, every: 1 h, batch: 0 s,"
        + " points: { closed: { report: on-change, alarm: { is: false } } } }")
    try await chip.set(1, .down)
    let gateway = try site.startGateway()
    // The gateway asks for a pull-up, and a test's pull is what is connected.
    try await pi.run("await 10 eval \"gpioinfo | grep -q 'door.*godwit'\"")
    try await chip.set(1, .down)
    #expect(try await becomes("door", "closed", "1"), "\(gateway.log)")
    let changes = try await chip.drive(1, [(200, .up)])
    #expect(try await becomes("door", "closed", "0"), "\(gateway.log)")
    #expect(changes.count == 1)
    // A knock shorter than the debounce time is nothing.
    var alarms: Int { site.arrivals.count { $0.payload.contains("\"alarms\"") } }
    let count = alarms
    _ = try await chip.drive(1, [(10, .down), (15, .up)])
    try await chip.set(1, .down)
    #expect(try await becomes("door", "closed", "1"), "\(gateway.log)")
    #expect(alarms == count + 1, "\(site.arrivals)")
    #expect(try await gateway.process.stop() == 0 && gateway["lost"] == 0, "\(gateway.log)")
  }

  @Test func `a rain gauge counts on after a restart, and says what a crash may have cost`()
    async throws
  {
    let chip = try await pi.pinChip("barn", lines: ["rain"])
    try configure(
      "rain: { profile: generic-rain-gauge, bus: pins, line: 0, every: 200 ms, batch: 0 s }")
    func tips(_ count: Int) async throws {
      var plan: [(milliseconds: Double, level: PinChip.Level)] = []
      for tip in 0..<count {
        let start = Double(tip) * 200
        plan += [(start + 20, .down), (start + 60, .up)]
      }
      _ = try await chip.drive(0, plan)
    }
    var gateway = try site.startGateway()
    try await pi.run("await 10 eval \"gpioinfo | grep -q 'rain.*godwit'\"")
    try await tips(5)
    #expect(try await becomes("rain", "rain_total", "1.397"), "\(gateway.log)")
    #expect(try await gateway.process.stop() == 0)

    gateway = try site.startGateway()
    try await pi.run("await 10 eval \"gpioinfo | grep -q 'rain.*godwit'\"")
    try await tips(2)
    #expect(try await becomes("rain", "rain_total", "1.9558"), "\(gateway.log)")
    try await gateway.process.signal("KILL")

    let before = site.arrivals.count
    gateway = try site.startGateway()
    #expect(
      try await eventually(within: .seconds(20)) {
        site.arrivals.dropFirst(before).contains {
          $0.payload.contains("\"doubts\":{\"rain_total\":")
        }
      }, "\(gateway.log)")
    #expect(try await gateway.process.stop() == 0)
  }

  @Test func `a line that another program holds, and one that is not there, are told`()
    async throws
  {
    let chip = try await pi.pinChip("barn", lines: ["door"])
    let holder = try pi.start(PinTools.hold(chip.device, offset: 0, value: 1))
    try await pi.run(PinTools.awaitHeld(0, by: "gpioset"))
    let keys = "every: 200 ms, batch: 0 s"
    try configure(
      "door: { profile: generic-contact, bus: pins, line: door, \(keys) },"
        + " gate: { profile: generic-contact, bus: pins, line: gate, \(keys) }")
    let gateway = try site.startGateway()
    #expect(try await becomes("door", "closed", "port-busy"), "\(gateway.log)")
    #expect(try await becomes("gate", "closed", "line-not-found"), "\(gateway.log)")
    #expect(gateway.log.contains("gpioset"), "\(gateway.log)")
    try await holder.signal("KILL")
    #expect(try await becomes("door", "closed", "0"), "\(gateway.log)")
    try await gateway.settle(at: site)
  }

  @Test func `a chip that vanishes is told, and used again when it is back`() async throws {
    let chip = try await pi.pinChip("barn", lines: ["door"])
    try configure(
      "door: { profile: generic-contact, bus: pins, line: door, every: 200 ms, batch: 0 s }")
    let gateway = try site.startGateway()
    #expect(try await becomes("door", "closed", "0"), "\(gateway.log)")
    try await chip.unplug()
    #expect(try await becomes("door", "closed", "port-not-found"), "\(gateway.log)")
    let again = try await pi.pinChip("barn", lines: ["door"])
    #expect(try await becomes("door", "closed", "0"), "\(gateway.log)")
    try await again.set(0, .down)
    #expect(try await becomes("door", "closed", "1"), "\(gateway.log)")
    try await gateway.settle(at: site)
  }

  @Test func `a scan lists chips, lines and who holds them`() async throws {
    let chip = try await pi.pinChip("barn", lines: ["door", "-"])
    _ = try pi.start(PinTools.hold(chip.device, offset: 1, value: 1))
    try await pi.run(PinTools.awaitHeld(1, by: "gpioset"))
    let list = try await pi.run("\(Kernel.godwit) scan gpio")
    #expect(list.contains("\(chip.device) [barn], 2 lines"), "\(list)")
    #expect(list.contains("door") && list.contains("held by gpioset"), "\(list)")
  }
}
