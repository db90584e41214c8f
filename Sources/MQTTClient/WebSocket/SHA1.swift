/// The hash that the opening handshake of WebSocket is built on (RFC 3174; RFC 6455, 1.3).
///
/// It is no security here or anywhere: SHA-1 has been broken since 2017. The handshake only proves
/// by it that a WebSocket server has read the request, and not a cache or another kind of server.
enum SHA1 {
  /// The 20 bytes that stand for `message` (RFC 3174, 6.1).
  static func digest(of message: [UInt8]) -> [UInt8] {
    var state: [UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]
    var schedule = [UInt32](repeating: 0, count: 80)
    let padded = padded(message)
    for start in stride(from: 0, to: padded.count, by: blockSize) {
      for word in 0..<16 {
        let byte = start + 4 * word
        schedule[word] =
          UInt32(padded[byte]) << 24 | UInt32(padded[byte + 1]) << 16
          | UInt32(padded[byte + 2]) << 8 | UInt32(padded[byte + 3])
      }
      for word in 16..<80 {
        schedule[word] = rotated(
          schedule[word - 3] ^ schedule[word - 8] ^ schedule[word - 14] ^ schedule[word - 16], 1)
      }
      mix(schedule, into: &state)
    }
    return state.flatMap { word in
      [UInt8(word >> 24), UInt8(word >> 16 & 0xFF), UInt8(word >> 8 & 0xFF), UInt8(word & 0xFF)]
    }
  }

  private static let blockSize = 64

  /// The message, a one bit, zeros up to a whole block, and its length in bits (4).
  private static func padded(_ message: [UInt8]) -> [UInt8] {
    var padded = message
    padded.append(0x80)
    while padded.count % blockSize != blockSize - 8 { padded.append(0) }
    let bits = UInt64(message.count) * 8
    for shift in stride(from: 56, through: 0, by: -8) {
      padded.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
    }
    return padded
  }

  /// The 80 rounds over one block (5, 6.1).
  private static func mix(_ schedule: [UInt32], into state: inout [UInt32]) {
    var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
    for round in 0..<80 {
      let (choice, constant): (UInt32, UInt32) =
        switch round {
        case ..<20: (b & c | ~b & d, 0x5A82_7999)
        case ..<40: (b ^ c ^ d, 0x6ED9_EBA1)
        case ..<60: (b & c | b & d | c & d, 0x8F1B_BCDC)
        default: (b ^ c ^ d, 0xCA62_C1D6)
        }
      let next = rotated(a, 5) &+ choice &+ e &+ schedule[round] &+ constant
      (a, b, c, d, e) = (next, a, rotated(b, 30), c, d)
    }
    state[0] &+= a
    state[1] &+= b
    state[2] &+= c
    state[3] &+= d
    state[4] &+= e
  }

  private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 {
    word << count | word >> (32 - count)
  }
}
