import Foundation
import TestSupport
import Testing

/// The whole gateway on a virtual Pi, between peers that nobody here wrote.
@Suite(.ownThreads)
struct GatewayTests {
  @Test(arguments: ["release", "regular"])
  func `a meter's readings reach a broker, through its outage`(flavour: String) async throws {
    let pi = try await VirtualPi()
    let site = try await Site(in: pi)
    try await site.startMeter("tcp:1502")
    try site.configure(bus: "modbus-tcp: 127.0.0.1, port: 1502")
    let gateway = try site.startGateway(
      flavour == "release" ? Kernel.godwit : Kernel.regularGodwit)
    #expect(try await eventually { site.arrivals.count >= 3 }, "\(gateway.log)")
    let reading = try #require(site.arrivals.first?.readings.first)
    #expect(reading["voltage_l1"] as? Double == 230.2)
    #expect(reading["power"] as? Double == -1_500)

    try await site.stopBroker()
    #expect(try await eventually { gateway["queued"] >= 10 }, "\(gateway.log)")
    try await site.startBroker()
    #expect(try await eventually { gateway["queued"] == 0 }, "\(gateway.log)")
    try await gateway.settle(at: site)
  }

  @Test func `a meter on a serial line is read`() async throws {
    let pi = try await VirtualPi()
    let site = try await Site(in: pi)
    let cable = try pi.start(
      "exec socat pty,raw,echo=0,link=/tmp/port pty,raw,echo=0,link=/tmp/meter")
    try await pi.run("await 10 test -e /tmp/port && await 10 test -e /tmp/meter")
    let meter = try await site.startMeter("/tmp/meter")
    try site.configure(
      bus: "modbus-rtu: /tmp/port, baud: 9600, parity: none, stop-bits: 1",
      device: "every: 200 ms, batch: 0 s, points: [power]")
    let gateway = try site.startGateway()
    #expect(
      try await eventually {
        site.arrivals.contains { $0.readings.first?["power"] as? Double == -1_500 }
      }, "\(gateway.log) \(cable.output) \(meter.output)")
    try await gateway.settle(at: site)
  }
}
