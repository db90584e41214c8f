internal import CLinux

/// Arithmetic that the processor does faster than Swift can.
public enum Checksum {
  /// More of a CRC-32C, by the processor's own instruction where it has one.
  /// - Parameter state: the register: all ones at the beginning, to be complemented at the end.
  public static func crc32c(_ state: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
    clinux_crc32c(state, bytes.baseAddress, bytes.count)
  }

  /// The same without that instruction.
  static func crc32cPortable(_ state: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
    clinux_crc32c_portable(state, bytes.baseAddress, bytes.count)
  }
}
