import Foundation
import TestSupport
import Testing

/// The helpers for pins, seen by libgpiod's own tools.
@Suite(.ownThreads)
struct PinTests {
  @Test func `a chip has the lines that a test names, and the levels that it sets`() async throws {
    let pi = try await VirtualPi()
    let chip = try await pi.pinChip("barn", lines: ["door", "-", "rain", "lamp"])
    #expect(try await pi.run("gpiodetect") == "\(chip.device) [barn] (4 lines)")
    // libgpiod 1.6 finds a name with gpiofind, 2.x with gpioinfo.
    let info = try await pi.run("gpioinfo")
    #expect(info.contains("door") && info.contains("rain"))

    #expect(try await pi.read(chip, 2) == "0")
    try await chip.set(2, .up)
    #expect(try await pi.read(chip, 2) == "1")
    try await chip.set(2, .down)
    #expect(try await pi.read(chip, 2) == "0")

    let writer = try pi.start(PinTools.hold(chip.device, offset: 3, value: 1))
    try await pi.run(PinTools.awaitHeld(3, by: "gpioset"))
    #expect(try await chip.value(3) == 1, "\(writer.output)")
    try await writer.signal("KILL")

    try await chip.unplug()
    #expect(try await pi.run("gpiodetect") == "")
    let again = try await pi.pinChip("barn", lines: ["door"])
    #expect(try await pi.run("gpiodetect").contains("\(again.device) [barn] (1 line"))
  }

  @Test func `edges come with the kernel's time, between the times that the helper tells`()
    async throws
  {
    let pi = try await VirtualPi()
    let chip = try await pi.pinChip("barn", lines: ["rain"])
    let monitor = try pi.start(PinTools.monitor(chip.device, offset: 0, edges: 6))
    try await pi.run(PinTools.awaitHeld(0, by: "gpiomon"))
    let changes = try await chip.drive(
      0, [(50, .up), (60, .down), (200, .up), (230, .down), (231, .up), (400, .down)])
    #expect(changes.map(\.level) == [.up, .down, .up, .down, .up, .down])
    #expect(try await monitor.waitForEnd(within: .seconds(10)) == 0, "\(monitor.output)")

    let edges = PinTools.edges(monitor.output)
    try #require(edges.count == 6, "\(monitor.output)")
    for (change, edge) in zip(changes, edges) {
      #expect(edge.isRising == (change.level == .up))
      // The kernel takes the time in an interrupt that the write asks for.
      #expect(
        edge.nanoseconds >= change.after && edge.nanoseconds <= change.before + 5_000_000,
        "\(edge) \(change)")
    }
  }

  @Test func `pulses come as fast as a test wants them`() async throws {
    let pi = try await VirtualPi()
    let chip = try await pi.pinChip("barn", lines: ["rain"])
    let monitor = try pi.start(PinTools.monitor(chip.device, offset: 0, edges: 900))
    try await pi.run(PinTools.awaitHeld(0, by: "gpiomon"))
    // 1,000 edges a second. The kernel keeps 16 for a program that is late (gpiolib-cdev.c), so on a busy
    // machine gpiomon may miss some.
    let pulses = try chip.pulse(0, count: 500, periodMicroseconds: 2_000)
    #expect(try await pulses.waitForEnd() == 0, "\(pulses.output)")
    let numbers = pulses.output.split(whereSeparator: \.isWhitespace).compactMap { Int64($0) }
    try #require(numbers.count == 5, "\(pulses.output)")
    #expect((numbers[2] - numbers[0]) / 1_000_000 >= 999)
    #expect(
      try await monitor.waitForEnd(within: .seconds(10)) == 0,
      "\(PinTools.edges(monitor.output).count) of 900 edges seen")
  }
}

/// libgpiod's tools: those of 1.6 (Debian 12) and of 2.x (Debian 13) have different options.
enum PinTools {
  /// An edge as gpiomon tells it.
  struct Edge {
    let isRising: Bool
    let nanoseconds: Int64
  }

  /// In bash: whether the tools are of libgpiod 2.x.
  private static let isNew = "gpioget --help 2>&1 | grep -q -- --chip"

  static func get(_ device: String, _ offset: Int) -> String {
    "if \(isNew); then gpioget --numeric -c \(device) \(offset); else gpioget \(device) \(offset); fi"
  }

  static func hold(_ device: String, offset: Int, value: Int) -> String {
    """
    if \(isNew); then exec gpioset -c \(device) \(offset)=\(value)
    else exec gpioset --mode=signal \(device) \(offset)=\(value); fi
    """
  }

  /// Lines of `rising NANOSECONDS` or `falling NANOSECONDS`.
  static func monitor(_ device: String, offset: Int, edges: Int) -> String {
    """
    if \(isNew); then exec gpiomon -n \(edges) -c \(device) -F '%E %S' \(offset)
    else exec gpiomon -n \(edges) -F '%e %s.%n' \(device) \(offset); fi
    """
  }

  /// A command that waits until that program has the line.
  static func awaitHeld(_ offset: Int, by program: String) -> String {
    "await 10 eval \"gpioinfo | grep -q 'line *\(offset):.*\(program)'\""
  }

  static func edges(_ output: String) -> [Edge] {
    output.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard words.count == 2 else { return nil }
      let time = words[1].split(separator: ".")
      guard time.count == 2, let seconds = Int64(time[0]), let rest = Int64(time[1]) else {
        return nil
      }
      return Edge(
        isRising: words[0] == "1" || words[0] == "rising",
        nanoseconds: seconds * 1_000_000_000 + rest)
    }
  }
}

extension VirtualPi {
  fileprivate func read(_ chip: PinChip, _ offset: Int) async throws -> String {
    // libgpiod 2.x says 0 and 1 with --numeric, 1.6 always.
    try await run(PinTools.get(chip.device, offset))
  }
}
