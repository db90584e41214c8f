internal import Configuration

extension I2CChecksum {
  /// The check of some bytes.
  func value(_ bytes: ArraySlice<UInt8>) -> UInt8 {
    var check = initial
    for byte in bytes {
      check ^= isReflected ? I2CChecksum.reversed(byte) : byte
      for _ in 0..<8 {
        check = check & 0x80 != 0 ? check << 1 ^ polynomial : check << 1
      }
    }
    return (isReflected ? I2CChecksum.reversed(check) : check) ^ finalXor
  }

  /// Takes the checks out of an answer.
  /// - Returns: whether all of them fit.
  func strip(_ bytes: inout [UInt8]) -> Bool {
    var (from, to) = (0, 0)
    while from < bytes.count {
      let length = min(every ?? bytes.count, bytes.count - from - 1)
      guard length > 0, value(bytes[from..<(from + length)]) == bytes[from + length] else {
        return false
      }
      for _ in 0..<length {
        bytes[to] = bytes[from]
        (from, to) = (from + 1, to + 1)
      }
      from += 1
    }
    bytes.removeLast(bytes.count - to)
    return true
  }

  /// Puts checks behind what goes out.
  /// - Parameter first: where the bytes begin that have some.
  func insert(into bytes: inout [UInt8], from first: Int) {
    var start = first
    while start < bytes.count {
      let end = min(start + (every ?? bytes.count), bytes.count)
      bytes.insert(value(bytes[start..<end]), at: end)
      start = end + 1
    }
  }

  private static func reversed(_ byte: UInt8) -> UInt8 {
    var (rest, result) = (byte, UInt8(0))
    for _ in 0..<8 {
      result = result << 1 | rest & 1
      rest >>= 1
    }
    return result
  }
}
