/// The check of RTU frames (MODBUS over Serial Line V1.02, 6.2.2), for those that are looked for in
/// what nobody waited for; the others libmodbus checks.
enum FrameCheck {
  /// Whether bytes end with their check, low byte first: it is zero then.
  static func isWhole(_ frame: some Sequence<UInt8>) -> Bool { crc(frame) == 0 }

  /// The check of bytes, bit by bit: there are few of them.
  static func crc(_ bytes: some Sequence<UInt8>) -> UInt16 {
    var crc: UInt16 = 0xFFFF
    for byte in bytes {
      crc ^= UInt16(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xA001 : crc >> 1 }
    }
    return crc
  }
}
