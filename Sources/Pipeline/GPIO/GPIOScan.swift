internal import Buses

/// What `godwit scan gpio` tells: the chips of this machine, their lines, and who has them. Nothing is
/// taken or changed.
public enum GPIOScan {
  /// The chips and their lines in words, and how many chips there are.
  public static func report() -> (text: String, chipCount: Int) {
    let chips = GPIOChipList.all()
    return (text(chips), chips.count)
  }

  static func text(_ chips: [GPIOChipList.Chip]) -> String {
    if chips.isEmpty { return "no GPIO chips\n" }
    var text = ""
    for chip in chips {
      if let failure = chip.failure {
        text += "\(chip.name): \(failure)\n"
        continue
      }
      text += "\(chip.name) [\(printable(chip.label))], \(chip.lines.count) lines\n"
      for (offset, line) in chip.lines.enumerated() {
        text += "  \(padded("\(offset)", to: 3, atFront: true))"
        text += "  \(padded(line.name.isEmpty ? "-" : printable(line.name), to: nameWidth))"
        text += line.isOutput ? "  output" : "  input "
        if let holder = line.holder {
          text += holder.isEmpty ? "  held" : "  held by \(printable(holder))"
        }
        text += "\n"
      }
    }
    return text
  }

  /// Names of boards are mostly shorter: "GPIO17", "ID_SDA".
  private static let nameWidth = 16

  private static func padded(_ text: String, to width: Int, atFront: Bool = false) -> String {
    let room = String(repeating: " ", count: max(width - text.utf8.count, 0))
    return atFront ? room + text : text + room
  }

  /// Names come from the board's description and from other programs, and go to a terminal.
  private static func printable(_ text: String) -> String {
    String(
      decoding: text.utf8.map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: "?") : $0 }, as: UTF8.self)
  }
}
