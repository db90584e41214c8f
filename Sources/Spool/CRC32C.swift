/// The checksum of records and headers: CRC-32C (Castagnoli), as in RFC 3720, appendix B.4.
///
/// Reflected, polynomial 0x1EDC6F41, initial value and final XOR all ones. A table of 1 KiB, a byte
/// at a time: a few hundred MB/s, far above any card, without 8 KiB of tables in private memory.
struct CRC32C {
  private var state = UInt32.max

  /// The checksum of all bytes so far.
  var value: UInt32 { ~state }

  /// Takes in more bytes.
  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    state = CRC32C.table.withUnsafeBufferPointer { table in
      var state = self.state
      for byte in bytes {
        state = table[Int(UInt8(truncatingIfNeeded: state) ^ byte)] ^ (state >> 8)
      }
      return state
    }
  }

  /// The checksum of `bytes` alone.
  static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var checksum = CRC32C()
    checksum.update(bytes)
    return checksum.value
  }

  /// The checksums' steps for each byte; 0x82F63B78 is the polynomial with its bits reversed.
  private static let table: [UInt32] = (0..<256).map { byte in
    var remainder = UInt32(byte)
    for _ in 0..<8 {
      remainder = remainder & 1 == 0 ? remainder >> 1 : remainder >> 1 ^ 0x82F6_3B78
    }
    return remainder
  }
}
