/// Where the fields of a packet go: into bytes, or into a count of them.
///
/// A packet says once what its fields are. Its length and its bytes come from the same words, so
/// that they cannot disagree, and no field is gathered in an array of its own.
protocol PacketOutput: ~Copyable, ~Escapable {
  mutating func append(_ byte: UInt8)
  mutating func append(contentsOf bytes: [UInt8])
  /// Seven bits a byte, the lowest first, in the shortest form (MQTT 5.0, 1.5.5; 3.1.1, 2.2.3).
  mutating func append(variableByteInteger value: Int)
}

extension PacketOutput where Self: ~Copyable & ~Escapable {
  /// Two bytes, the higher first (1.5.2).
  @inline(__always)
  mutating func append(bigEndian value: UInt16) {
    append(UInt8(truncatingIfNeeded: value >> 8))
    append(UInt8(truncatingIfNeeded: value))
  }

  /// Four bytes, the highest first (MQTT 5.0, 1.5.3).
  mutating func append(bigEndian value: UInt32) {
    append(bigEndian: UInt16(value >> 16))
    append(bigEndian: UInt16(value & 0xFFFF))
  }

  /// Bytes with their number in two bytes before them (3.1.1, 1.5.3; MQTT 5.0, 1.5.4 and 1.5.6).
  @inline(__always)
  mutating func append(prefixed bytes: [UInt8]) {
    // Of a field that is too long only the count is taken; `check` refuses it before its bytes are.
    append(bigEndian: UInt16(truncatingIfNeeded: bytes.count))
    append(contentsOf: bytes)
  }
}

extension OutputSpan: PacketOutput where Element == UInt8 {
  @inline(__always)
  mutating func append(contentsOf bytes: [UInt8]) {
    withUnsafeMutableBufferPointer { target, count in
      target.extracting(count...).copyBlock(bytes.span)
      count += bytes.count
    }
  }

  mutating func append(variableByteInteger value: Int) {
    precondition(0...FixedHeader.remainingLengthMax ~= value, "checked before it is encoded")
    var rest = value
    while rest > 0x7F {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }
}

/// Counts the bytes and keeps none.
struct ByteCount: PacketOutput {
  var count = 0

  mutating func append(_ byte: UInt8) { count += 1 }

  mutating func append(contentsOf bytes: [UInt8]) { count += bytes.count }

  mutating func append(variableByteInteger value: Int) {
    var rest = value
    repeat {
      rest >>= 7
      count += 1
    } while rest > 0
  }
}
