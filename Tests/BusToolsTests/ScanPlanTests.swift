import Configuration
import Testing

@testable import BusTools

struct ScanPlanTests {
  private let port = Bus.Link.modbusRTU(SerialPort(path: "/dev/ttyS0"), RTUFraming())

  @Test func `a serial line is tried at every speed with every parity`() {
    let plan = ScanPlan(port, units: [1], bauds: [9_600, 19_200], parities: [.none, .even])
    #expect(
      plan.links.map { ScanReport.words($0) } == [
        "/dev/ttyS0 at 9600 baud, parity none", "/dev/ttyS0 at 19200 baud, parity none",
        "/dev/ttyS0 at 9600 baud, parity even", "/dev/ttyS0 at 19200 baud, parity even",
      ])
    #expect(plan.timeMax(timeout: .milliseconds(200)) == .milliseconds(800))
  }

  @Test func `a network has no speeds`() {
    let link = Bus.Link.modbusTCP(host: "192.0.2.10", port: 502)
    let plan = ScanPlan(link, units: [1], bauds: ScanPlan.bauds, parities: ScanPlan.parities)
    #expect(plan.links == [link])
  }

  @Test(arguments: [
    (Array(UInt8(1)...20), Array(UInt8(1)...16), [17, 18, 19, 20]), ([40, 30], [40, 30], []),
    ([33, 5], [5], [33]),
  ])
  func `likely units come first`(units: [UInt8], first: [UInt8], others: [UInt8]) {
    let plan = ScanPlan(port, units: units, bauds: [], parities: [])
    #expect(plan.firstUnits == first && plan.otherUnits == others)
  }

  @Test(
    arguments: [
      ("1", [1]), ("1-3,9", [1, 2, 3, 9]), ("247", [247]), ("3,1-3", [3, 1, 2]),
    ] as [(String, [UInt8])])
  func `units are taken by number and range`(list: String, units: [UInt8]) throws {
    #expect(try ScanNumbers.units(list) == units)
  }

  @Test(arguments: [
    "", "0", "248", "1-", "-1", "3-1", "1,,2", "1-2-3", "a", "99999999999999999999",
  ])
  func `a wrong list of units is refused`(list: String) {
    #expect(throws: Refusal.self) { try ScanNumbers.units(list) }
  }

  @Test(arguments: ["", "9600,", "299", "5000000", "fast"])
  func `a wrong list of speeds is refused`(list: String) {
    #expect(throws: Refusal.self) { try ScanNumbers.bauds(list) }
  }

  @Test func `parities are words`() throws {
    #expect(try ScanNumbers.parities("even,none") == [.even, .none])
    #expect(throws: Refusal.self) { try ScanNumbers.parities("mark") }
  }
}
