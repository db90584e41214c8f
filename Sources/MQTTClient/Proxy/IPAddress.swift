/// An address of IPv4 or IPv6 that is written in a text, in the bytes of the wire.
enum IPAddress: Equatable {
  /// Four bytes.
  case version4([UInt8])
  /// Sixteen bytes.
  case version6([UInt8])

  /// Reads "192.0.2.1" or "2001:db8::1" (RFC 4291, 2.2); nil where it is neither. No brackets, no
  /// zone, no short or octal forms of IPv4.
  init?(_ text: ArraySlice<UInt8>) {
    if let bytes = IPAddress.version4Bytes(text) {
      self = .version4(bytes)
    } else if let bytes = IPAddress.version6Bytes(text) {
      self = .version6(bytes)
    } else {
      return nil
    }
  }

  private static func version4Bytes(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var bytes: [UInt8] = []
    for part in parts {
      guard (1...3).contains(part.count), part.allSatisfy({ ASCII.isDigit($0) }),
        part.count == 1 || part.first != UInt8(ascii: "0")
      else { return nil }
      let value = part.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
      guard value <= 255 else { return nil }
      bytes.append(UInt8(value))
    }
    return bytes
  }

  /// The groups, with one "::" for as many zeros as are missing; the last two may be an IPv4
  /// address.
  private static func version6Bytes(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    var gap: Int?
    var rest = text
    if rest.starts(with: [ASCII.colon, ASCII.colon]) {
      gap = 0
      rest = rest.dropFirst(2)
    }
    while !rest.isEmpty {
      let group = rest.prefix { $0 != ASCII.colon }
      rest = rest.dropFirst(group.count)
      if rest.isEmpty, let tail = version4Bytes(group) {
        bytes += tail
        break
      }
      guard (1...4).contains(group.count) else { return nil }
      var value: UInt16 = 0
      for byte in group {
        guard let digit = ASCII.hexValue(byte) else { return nil }
        value = value << 4 | UInt16(digit)
      }
      bytes += [UInt8(value >> 8), UInt8(value & 0xFF)]
      guard bytes.count <= 16 else { return nil }
      if rest.isEmpty { break }
      rest = rest.dropFirst()
      // A single colon at the end separates nothing.
      if rest.isEmpty { return nil }
      if rest.first == ASCII.colon {
        if gap != nil { return nil }
        gap = bytes.count
        rest = rest.dropFirst()
      }
    }
    guard let gap else { return bytes.count == 16 ? bytes : nil }
    // "::" stands for one group at least.
    guard bytes.count <= 14 else { return nil }
    bytes.insert(contentsOf: Array(repeating: 0, count: 16 - bytes.count), at: gap)
    return bytes
  }
}
