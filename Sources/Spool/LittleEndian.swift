/// Numbers as they are on disk: the lowest byte first, whatever the machine.
extension UnsafeRawBufferPointer {
  /// The number at `offset`, which the caller has checked to be inside.
  func littleEndian<Number: FixedWidthInteger & BitwiseCopyable>(
    _ type: Number.Type, at offset: Int
  ) -> Number {
    Number(littleEndian: loadUnaligned(fromByteOffset: offset, as: Number.self))
  }
}

extension [UInt8] {
  /// Puts `number` at `offset`, which the caller has checked to be inside.
  mutating func store<Number: FixedWidthInteger & BitwiseCopyable>(
    _ number: Number, at offset: Int
  ) {
    withUnsafeMutableBytes { bytes in
      bytes.storeBytes(of: number.littleEndian, toByteOffset: offset, as: Number.self)
    }
  }
}
