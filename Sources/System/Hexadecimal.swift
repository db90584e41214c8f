/// Numbers as hexadecimal digits, in lower case.
public enum Hexadecimal {
  /// A number with zeros in front; more digits than it has room for are left out.
  /// - Parameter digits: 1 to 16.
  @inline(never)
  public static func text(_ number: UInt64, digits: Int = 16) -> String {
    precondition((1...16).contains(digits), "64 bits have no more digits")
    var text: [UInt8] = []
    for shift in stride(from: 4 * (digits - 1), through: 0, by: -4) {
      let digit = UInt8(truncatingIfNeeded: number >> UInt64(shift)) & 0xF
      text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The number of 16 digits; nil where it is anything else.
  public static func value(_ digits: ArraySlice<UInt8>) -> UInt64? {
    guard digits.count == 16 else { return nil }
    return UInt64(String(decoding: digits, as: UTF8.self), radix: 16)
  }
}
