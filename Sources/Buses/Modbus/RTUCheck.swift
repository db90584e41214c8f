/// The check at the end of an RTU frame: CRC-16 with the polynomial 0x8005, reflected, from 0xFFFF
/// (MODBUS over Serial Line V1.02, 2.5.1.2). libmodbus has its own for the frames that it knows.
enum RTUCheck {
  /// The check of a frame's bytes; it is sent with its low byte first.
  static func of(_ bytes: ArraySlice<UInt8>) -> UInt16 {
    var check: UInt16 = 0xFFFF
    for byte in bytes {
      check ^= UInt16(byte)
      for _ in 0..<8 {
        check = check & 1 == 1 ? check >> 1 ^ 0xA001 : check >> 1
      }
    }
    return check
  }

  /// Whether the last two bytes of a frame are the check of the others.
  static func fits(_ frame: [UInt8]) -> Bool {
    guard frame.count > 2 else { return false }
    let check = of(frame.dropLast(2))
    return frame[frame.count - 2] == UInt8(check & 0xFF) && frame[frame.count - 1] == check >> 8
  }
}
