import Foundation

/// A chip with pins (gpio-sim): what is connected to them is the test.
struct PinChip {
  let pi: VirtualPi
  let label: String
  /// gpiochip0, gpiochip1, ...
  let device: String

  /// What a pull makes of a pin that is an input.
  enum Level: String {
    case up, down
  }

  /// A change as it was made: its time lies between `after` and `before`, in nanoseconds by the
  /// clock of the kernel's edges (CLOCK_MONOTONIC).
  struct Change: Equatable {
    let after: Int64
    let before: Int64
    let level: Level
  }

  /// A pin changes now.
  func set(_ offset: Int, _ level: Level) async throws {
    try await pi.run("echo pull-\(level.rawValue) >$(gpio_line \(label) \(offset))/pull")
  }

  /// What a program drives an output to: 0 or 1.
  func value(_ offset: Int) async throws -> Int {
    let text = try await pi.run("cat $(gpio_line \(label) \(offset))/value")
    guard let value = Int(text) else { throw VirtualPi.Failure(description: "no value: \(text)") }
    return value
  }

  /// A pin changes at these milliseconds from now.
  /// - Returns: when it did.
  func drive(_ offset: Int, _ plan: [(milliseconds: Double, level: Level)]) async throws -> [Change]
  {
    let lines = plan.map { "\($0.milliseconds) \($0.level.rawValue)" }.joined(separator: "\n")
    let output = try await pi.run(
      """
      $ROOT/Tests/Rig/Guest/drive-pins $(gpio_line \(label) \(offset))/pull <<'END'
      \(lines)
      END
      """, within: .seconds(60) + .milliseconds(Int(plan.last?.milliseconds ?? 0)))
    return output.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard words.count == 3, let after = Int64(words[0]), let before = Int64(words[1]),
        let level = Level(rawValue: String(words[2]))
      else { return nil }
      return Change(after: after, before: before, level: level)
    }
  }

  /// Starts pulses: up and down `count` times. Its output, when it has ended, is the times of the
  /// first and the last change, two each, and how many changes came more than a period late.
  func pulse(_ offset: Int, count: Int, periodMicroseconds: Int) throws -> VirtualPi.GuestProcess {
    try pi.start(
      """
      exec $ROOT/Tests/Rig/Guest/drive-pins --pulses $(gpio_line \(label) \(offset))/pull \
      \(count) \(periodMicroseconds)
      """)
  }

  /// It vanishes; `pi.pinChip` makes it again.
  func unplug() async throws {
    try await pi.run("gpio_gone \(label)")
  }
}

extension VirtualPi {
  /// Makes a chip.
  /// - Parameters:
  ///   - label: what the chip calls itself.
  ///   - lines: the names of its lines; "-" is one without a name.
  func pinChip(_ label: String, lines: [String]) async throws -> PinChip {
    let device = try await run("gpio_chip \(label) \(lines.joined(separator: " "))")
    return PinChip(pi: self, label: label, device: device)
  }
}
