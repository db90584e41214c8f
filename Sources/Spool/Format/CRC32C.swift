internal import System

/// The checksum of records and headers: CRC-32C (Castagnoli), as in RFC 3720, appendix B.4.
///
/// Reflected, polynomial 0x1EDC6F41, initial value and final XOR all ones.
struct CRC32C {
  private var state = UInt32.max

  /// The checksum of all bytes so far.
  var value: UInt32 { ~state }

  /// Takes in more bytes.
  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    state = Checksum.crc32c(state, bytes)
  }

  /// The checksum of `bytes` alone.
  static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var checksum = CRC32C()
    checksum.update(bytes)
    return checksum.value
  }
}
