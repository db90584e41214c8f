import Foundation
import TestSupport
import Testing

/// A gateway's clock, in the hands of a test.
final class ClockPeer {
  private let workplace: Workplace

  /// Beyond any drift of the clocks, and before the year 2001 for whoever reads the times.
  static let yearsOff = 30

  init(in workplace: Workplace) throws {
    self.workplace = workplace
    let source = Workplace.root.appendingPathComponent("Tests/Integration/Peers/clock.c")
    let compiler = try workplace.start(
      "/usr/bin/gcc",
      ["-shared", "-fPIC", "-O1", "-o", workplace.path("clock.so"), source.path])
    try #require(compiler.waitForEnd() == 0, "\(compiler.output)")
    try boot("a0000000-0000-4000-8000-000000000001")
    try beWrong()
  }

  /// The machine has no idea what time it is.
  func beWrong(bootHours: Int = 0) throws {
    let milliseconds = -Self.yearsOff * 365 * 86_400_000
    try workplace.write("0 \(milliseconds) \(bootHours * 3_600_000)", to: "clock")
  }

  /// The clock is set right.
  func beRight(bootHours: Int = 0) throws {
    try workplace.write("1 0 \(bootHours * 3_600_000)", to: "clock")
  }

  /// The next gateway is started in a boot of that identifier.
  func boot(_ identifier: String) throws {
    try workplace.write("\(identifier)\n", to: "clock.boot")
  }

  func startGateway() throws -> ChildProcess {
    try workplace.start(
      "/usr/bin/env",
      [
        "LD_PRELOAD=\(workplace.path("clock.so"))", "TEST_CLOCK=\(workplace.path("clock"))",
        Workplace.godwit, "run", "--config", "godwit.yaml", "--profiles", Workplace.profiles,
        "--report", "100ms",
      ], name: "godwit")
  }
}
