/// Numbers of two digits as data sheets write them.
public enum HexByte {
  /// `0x76`.
  public static func text(_ byte: UInt8) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    return "0x" + String(decoding: [digits[Int(byte >> 4)], digits[Int(byte & 15)]], as: UTF8.self)
  }
}
