/// Numbers as they are on disk: the lowest byte first, whatever the machine.
extension UnsafeRawBufferPointer {
  /// The number at `offset`, which the caller has checked to be inside.
  func littleEndian<Number: FixedWidthInteger & BitwiseCopyable>(
    _ type: Number.Type, at offset: Int
  ) -> Number {
    Number(littleEndian: loadUnaligned(fromByteOffset: offset, as: Number.self))
  }

  /// The unsigned number of six bytes at `offset`.
  func littleEndian48(at offset: Int) -> UInt64 {
    UInt64(littleEndian(UInt32.self, at: offset))
      | UInt64(littleEndian(UInt16.self, at: offset + 4)) << 32
  }
}

extension UnsafeMutableRawBufferPointer {
  /// Puts `number` at `offset`, which the caller has checked to be inside.
  func store<Number: FixedWidthInteger & BitwiseCopyable>(_ number: Number, at offset: Int) {
    storeBytes(of: number.littleEndian, toByteOffset: offset, as: Number.self)
  }

  /// Puts the lower six bytes of `number` at `offset`.
  func store48(_ number: UInt64, at offset: Int) {
    store(UInt32(truncatingIfNeeded: number), at: offset)
    store(UInt16(truncatingIfNeeded: number >> 32), at: offset + 4)
  }
}

extension [UInt8] {
  /// Puts `number` at `offset`, which the caller has checked to be inside.
  mutating func store<Number: FixedWidthInteger & BitwiseCopyable>(
    _ number: Number, at offset: Int
  ) {
    withUnsafeMutableBytes { $0.store(number, at: offset) }
  }
}
