import Foundation
import TestSupport
import Testing

/// The configuration is changed while the gateway runs.
struct ReloadTests {
  /// Two meters on buses of their own, with batches of ten readings.
  private func configure(
    _ workplace: Workplace, _ site: Site, secondEvery: String = "100 ms", more: String = ""
  ) throws {
    try workplace.write(
      """
      gateway: barn
      broker: { url: \(site.broker.url), reconnect-max: 1 s }
      queue: { path: queue, durability: every 50 ms }
      status: { socket: \(workplace.path("status.sock")) }
      buses:
        plc: { modbus-tcp: 127.0.0.1, port: \(site.meter.port) }
        same: { modbus-tcp: localhost, port: \(site.meter.port) }
      devices:
        first: { profile: eastron-sdm630, bus: plc, points: [power], every: 100 ms, batch: { time: 1 h, readings: 10 } }
        second: { profile: eastron-sdm630, bus: same, points: [power], every: \(secondEvery), batch: { time: 1 h, readings: 10 } }
      \(more)
      """, to: "godwit.yaml")
  }

  private func batches(of device: String, _ site: Site) -> [Int] {
    site.subscriber.arrivals.filter { $0.topic == "godwit/barn/\(device)" }.map(\.readings.count)
  }

  private func status(_ workplace: Workplace) throws -> [String: Any] {
    let tool = try workplace.start(
      Workplace.godwit, ["status", "--json", "--socket", workplace.path("status.sock")])
    _ = tool.waitForEnd()
    let json = try JSONSerialization.jsonObject(with: Data(tool.output.utf8))
    return try #require(json as? [String: Any])
  }

  @Test func `what did not change goes on without a gap, and what did begins anew`() async throws {
    let workplace = try Workplace()
    let site = try await Site(in: workplace)
    try configure(workplace, site)
    let gateway = try workplace.startGateway()
    #expect(try await eventually { batches(of: "first", site).count >= 2 }, "\(gateway.output)")

    try configure(workplace, site, secondEvery: "110 ms")
    gateway.signal(SIGHUP)
    #expect(
      try await eventually { gateway.output.contains("the configuration was taken") },
      "\(gateway.output)")
    let before = batches(of: "first", site).count
    #expect(
      try await eventually {
        batches(of: "first", site).count >= before + 3 && batches(of: "second", site).count >= 3
      }, "\(gateway.output)")
    // A batch that was open while the configuration was read again was filled afterwards.
    #expect(batches(of: "first", site).allSatisfy { $0 == 10 })
    // That of the device that changed was closed with what it had: one at most is short.
    #expect(batches(of: "second", site).filter { $0 != 10 }.count <= 1)

    gateway.signal(SIGTERM)
    #expect(try await gateway.waitForEnd(within: .seconds(5)) == 0)
    let report = try #require(Report(in: gateway.output))
    #expect(report["queued"] == 0 && report["inbox_dropped"] == 0)
    let arrived = { site.subscriber.arrivals.reduce(0) { $0 + $1.readings.count } }
    #expect(try await eventually { arrived() == report["samples"] }, "\(gateway.output)")
    #expect(report["connections"] == 1)
  }

  @Test func `a configuration that is wrong is refused, and the old one goes on`() async throws {
    let workplace = try Workplace()
    let site = try await Site(in: workplace)
    try configure(workplace, site)
    let gateway = try workplace.startGateway()
    #expect(try await eventually { !batches(of: "first", site).isEmpty }, "\(gateway.output)")

    try configure(workplace, site, more: "  third: { profile: no-such, bus: plc }")
    gateway.signal(SIGHUP)
    #expect(
      try await eventually { gateway.output.contains("the configuration was not taken") },
      "\(gateway.output)")
    #expect(gateway.output.contains("no profile 'no-such'"), "\(gateway.output)")
    let before = batches(of: "second", site).count
    #expect(try await eventually { batches(of: "second", site).count >= before + 2 })
    let reload = try #require(try status(workplace)["reload"] as? [String: Any])
    #expect(reload["taken"] as? Int == 0)
    #expect((reload["error"] as? String)?.contains("no-such") == true)

    try configure(workplace, site, more: "  third: { profile: eastron-sdm630, bus: plc, unit: 9 }")
    gateway.signal(SIGHUP)
    #expect(
      try await eventually { gateway.output.contains("the configuration was taken") },
      "\(gateway.output)")
    let devices = try #require(try status(workplace)["devices"] as? [[String: Any]])
    #expect(devices.compactMap { $0["name"] as? String } == ["first", "second", "third"])
    let taken = try #require(try status(workplace)["reload"] as? [String: Any])
    #expect(taken["taken"] as? Int == 1 && taken["error"] is NSNull)
    gateway.signal(SIGTERM)
    #expect(try await gateway.waitForEnd(within: .seconds(5)) == 0)
  }

  @Test func `another name makes another gateway with the same queue`() async throws {
    let workplace = try Workplace()
    let site = try await Site(in: workplace)
    try configure(workplace, site)
    let gateway = try workplace.startGateway()
    #expect(try await eventually { !batches(of: "first", site).isEmpty }, "\(gateway.output)")
    let file = workplace.path("godwit.yaml")
    let text = try String(contentsOfFile: file, encoding: .utf8)
    try workplace.write(
      text.replacingOccurrences(of: "gateway: barn", with: "gateway: shed"), to: "godwit.yaml")
    gateway.signal(SIGHUP)
    #expect(
      try await eventually {
        site.subscriber.arrivals.contains { $0.topic == "godwit/shed/first" }
      }, "\(gateway.output)")
    #expect(try status(workplace)["gateway"] as? String == "shed")
    #expect(try status(workplace)["start"] as? String == "restart")
    gateway.signal(SIGTERM)
    #expect(try await gateway.waitForEnd(within: .seconds(5)) == 0)
    let ids = site.subscriber.arrivals.map(\.id)
    #expect(Set(ids).count == ids.count)
  }

  @Test func `the broker keeps how the gateway does, and the will when it is killed`() async throws
  {
    let workplace = try Workplace()
    let site = try await Site(in: workplace)
    try configure(workplace, site)
    let watcher = try workplace.start(
      "/usr/bin/mosquitto_sub",
      ["-h", "127.0.0.1", "-p", "\(site.broker.port)", "-t", "godwit/barn/$SYS/#", "-F", "%t %p"],
      name: "watcher")
    func heard(_ line: String) -> Bool { watcher.output.contains("godwit/barn/$SYS/\(line)") }
    var gateway = try workplace.startGateway()
    #expect(
      try await eventually { heard("state online") && heard("device/first {\"state\":\"ok\"") })
    #expect(heard("start first"))
    gateway.signal(SIGKILL)
    #expect(try await eventually { heard("state offline") })
    gateway = try workplace.startGateway()
    #expect(try await eventually { heard("start crash") }, "\(watcher.output)")
    gateway.signal(SIGTERM)
    #expect(try await gateway.waitForEnd(within: .seconds(5)) == 0)
    #expect(try await eventually { heard("state stopping") })
    #expect(
      try await eventually {
        watcher.output.split(separator: "\n").last == "godwit/barn/$SYS/state offline"
      }, "\(watcher.output)")
  }

  @Test func `who asks for the status of a gateway that does not run is told so`() throws {
    let workplace = try Workplace()
    let tool = try workplace.start(
      Workplace.godwit, ["status", "--socket", workplace.path("none.sock")])
    #expect(tool.waitForEnd() == 1)
    #expect(tool.output.contains("none.sock"), "\(tool.output)")
  }
}
