import Foundation
import Glibc
import TestSupport
import Testing

/// What the release binary costs.
struct FootprintTests {
  @Test func `the binary is under 2.2 MB and needs no Swift runtime`() throws {
    let size = try FileManager.default.attributesOfItem(atPath: Workplace.godwit)[.size] as? Int
    #expect((size ?? .max) < 2_200_000)
    let workplace = try Workplace()
    let ldd = try workplace.start("/usr/bin/ldd", [Workplace.godwit])
    #expect(ldd.waitForEnd() == 0)
    #expect(ldd.output.contains("libmodbus"))
    #expect(!ldd.output.lowercased().contains("swift"), "\(ldd.output)")
    #expect(!ldd.output.contains("libstdc++"), "\(ldd.output)")
  }

  @Test func `after 60 s of the demo's load it is under 5 MB resident and 1.5 MB private`()
    async throws
  {
    let workplace = try Workplace()
    let broker = try Mosquitto(in: workplace)
    try await broker.start()
    let meterPort = try freePort()
    let meter = try workplace.start(
      Workplace.godwit,
      [
        "simulate", "--profile", "eastron-sdm630", "--profiles", Workplace.profiles,
        "--listen", "127.0.0.1:\(meterPort)",
      ], name: "meter")
    #expect(try await eventually { isOpen(meterPort) }, "\(meter.output)")
    let demo = try String(
      contentsOf: Workplace.root.appendingPathComponent("examples/demo/godwit.yaml"),
      encoding: .utf8)
    try workplace.write(
      demo.replacing("18830", with: "\(broker.port)").replacing("15020", with: "\(meterPort)"),
      to: "godwit.yaml")
    let gateway = try workplace.startGateway(report: "1s")
    try await Task.sleep(for: .seconds(60))

    let report = try #require(Report(in: gateway.output))
    #expect(report["acknowledged"] > 30, "it had nothing to do: \(gateway.output)")
    #expect(report["missing"] == 0)
    let memory = try String(
      contentsOfFile: "/proc/\(gateway.pid)/smaps_rollup", encoding: .utf8)
    let resident = try #require(kilobytes("Rss", in: memory))
    let privateDirty = try #require(kilobytes("Private_Dirty", in: memory))
    print("after 60 s: \(resident) kB resident, \(privateDirty) kB private and dirty")
    #expect(resident < 5 * 1_024)
    #expect(privateDirty < 1_536)
  }

  private func kilobytes(_ name: String, in memory: String) -> Int? {
    let line = memory.split(separator: "\n").first { $0.hasPrefix("\(name):") }
    return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
  }
}
