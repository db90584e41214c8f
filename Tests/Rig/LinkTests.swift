import Foundation
import TestSupport
import Testing

/// The gateway and its broker with a bad link between them.
@Suite(.ownThreads)
struct LinkTests {
  /// What the link is like, and for how many seconds.
  struct Weather: CustomTestStringConvertible {
    let testDescription: String
    /// What is done to the link, and for how many milliseconds it stays so.
    let phases: [(command: String, milliseconds: Int)]
  }

  private static let weathers = [
    Weather(testDescription: "10 % loss", phases: [("wire loss 10%", 10_000)]),
    Weather(testDescription: "30 % loss", phases: [("wire loss 30%", 10_000)]),
    Weather(testDescription: "2 s delay", phases: [("wire delay 1s", 10_000)]),
    Weather(
      testDescription: "down and up",
      phases: [
        ("ip link set wire down", 1_500), ("ip link set wire up", 1_500),
        ("ip link set wire down", 4_000), ("ip link set wire up", 1_000),
        ("ip -n far link set eth0 down", 2_500), ("ip -n far link set eth0 up", 1_000),
      ]),
  ]

  @Test(arguments: weathers)
  func `a bad link loses nothing`(weather: Weather) async throws {
    let pi = try await VirtualPi()
    let site = try await Site(in: pi, broker: .far)
    try await site.startMeter("tcp:1502")
    try site.configure(bus: "modbus-tcp: 127.0.0.1, port: 1502")
    let gateway = try site.startGateway()
    #expect(try await eventually { site.arrivals.count >= 3 }, "\(gateway.log)")

    for phase in weather.phases {
      try await pi.run(phase.command)
      try await Task.sleep(for: .milliseconds(phase.milliseconds))
    }
    let arrivedMeanwhile = site.arrivals.count
    try await pi.run("wire good")
    // A connection that TCP still believes in may wait for its next repetition.
    #expect(
      try await eventually(within: .seconds(40)) { gateway["queued"] <= 1 },
      "\(gateway.log)")
    try await gateway.settle(at: site)
    print(
      "\(weather.testDescription): \(gateway["sequence"]) batches, \(arrivedMeanwhile) through it,"
        + " \(gateway["connections"]) connections")
  }
}
