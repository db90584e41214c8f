/// This run of the machine, from power-on to power-off.
public enum Boot {
  /// The 128 random bits that the kernel draws at each start, as two numbers, the first digits first;
  /// both are zero where it does not tell (/proc/sys/kernel/random/boot_id).
  public static var id: (UInt64, UInt64) {
    // Without /proc there is no answer, and the caller is told so.
    let text = (try? Files.read("/proc/sys/kernel/random/boot_id", limit: textSizeMax)) ?? []
    return parse(text) ?? (0, 0)
  }

  /// 36 characters of a UUID and a line feed, with room to spare.
  private static let textSizeMax = 64

  /// The 32 hexadecimal digits of a UUID, dashes anywhere between them.
  static func parse(_ text: [UInt8]) -> (UInt64, UInt64)? {
    var (high, low): (UInt64, UInt64) = (0, 0)
    var digits = 0
    for byte in text {
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      case UInt8(ascii: "-"), UInt8(ascii: "\n"): continue
      default: return nil
      }
      digits += 1
      high = high << 4 | low >> 60
      low = low << 4 | UInt64(digit)
    }
    return digits == 32 ? (high, low) : nil
  }
}
