internal import Configuration

extension I2CChecksum {
  /// The check of some bytes.
  func value(_ data: ArraySlice<UInt8>) -> UInt16 {
    let width = UInt16(8 * bytes)
    let top: UInt16 = 1 << (width - 1)
    var check = initial
    for byte in data {
      let bits = isReflected ? I2CChecksum.reversed(UInt16(byte), 8) : UInt16(byte)
      check ^= bits << (width - 8)
      for _ in 0..<8 {
        check = check & top != 0 ? check << 1 ^ polynomial : check << 1
      }
    }
    if width == 8 { check &= 0xFF }
    return (isReflected ? I2CChecksum.reversed(check, width) : check) ^ finalXor
  }

  /// Takes the checks out of an answer.
  /// - Returns: whether all of them fit.
  func strip(_ answer: inout [UInt8]) -> Bool {
    var (from, to) = (0, 0)
    while from < answer.count {
      let length = min(every ?? answer.count, answer.count - from - bytes)
      guard length > 0 else { return false }
      let check = value(answer[from..<(from + length)])
      for index in 0..<bytes where answer[from + length + index] != byte(index, of: check) {
        return false
      }
      for _ in 0..<length {
        answer[to] = answer[from]
        (from, to) = (from + 1, to + 1)
      }
      from += bytes
    }
    answer.removeLast(answer.count - to)
    return true
  }

  /// Puts checks behind what goes out.
  /// - Parameter first: where the bytes begin that have some.
  func insert(into data: inout [UInt8], from first: Int) {
    var start = first
    while start < data.count {
      let end = min(start + (every ?? data.count), data.count)
      let check = value(data[start..<end])
      for index in 0..<bytes { data.insert(byte(index, of: check), at: end + index) }
      start = end + bytes
    }
  }

  /// A byte of the check, counted in the order in which they are sent.
  private func byte(_ index: Int, of check: UInt16) -> UInt8 {
    let place = order == .big ? bytes - 1 - index : index
    return UInt8(truncatingIfNeeded: check >> UInt16(8 * place))
  }

  private static func reversed(_ number: UInt16, _ width: UInt16) -> UInt16 {
    var (rest, result) = (number, UInt16(0))
    for _ in 0..<width {
      result = result << 1 | rest & 1
      rest >>= 1
    }
    return result
  }
}
