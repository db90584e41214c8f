/// The form of host names and addresses; whether there is such a host, the resolver tells later.
enum HostAddress {
  /// A host and a port as a URL has them; the host without brackets.
  struct Authority: Equatable {
    let host: String
    /// What is behind the colon; nil where there is none.
    let port: String?
  }

  /// Splits "host", "host:port", "[IPv6]" or "[IPv6]:port" (RFC 3986, 3.2).
  /// - Returns: nil where the host is neither a name nor an address.
  static func authority(_ text: String) -> Authority? {
    let bytes = Array(text.utf8)
    let host: ArraySlice<UInt8>
    let rest: ArraySlice<UInt8>
    if bytes.first == Byte.openBracket {
      guard let end = bytes.firstIndex(of: Byte.closeBracket) else { return nil }
      (host, rest) = (bytes[1..<end], bytes[(end + 1)...])
      guard isIPv6(host) else { return nil }
    } else {
      let end = bytes.firstIndex(of: Byte.colon) ?? bytes.endIndex
      (host, rest) = (bytes[..<end], bytes[end...])
      guard isNameOrIPv4(host) else { return nil }
    }
    guard rest.isEmpty || rest.first == Byte.colon else { return nil }
    return Authority(
      host: String(decoding: host, as: UTF8.self),
      port: rest.isEmpty ? nil : String(decoding: rest.dropFirst(), as: UTF8.self))
  }

  /// Whether it is an IPv6 address without brackets, as "2001:db8::1" or "fe80::1%eth0"
  /// (RFC 4291, 2.2; RFC 4007, 11).
  static func isIPv6(_ text: ArraySlice<UInt8>) -> Bool {
    let zoneStart = text.firstIndex(of: Byte.percent)
    if let zoneStart {
      let zone = text[(zoneStart + 1)...]
      let isPlain = zone.allSatisfy { $0.isLetter || $0.isDigit || isPunctuation($0) }
      // The kernel's names of interfaces have up to 15 bytes.
      guard (1...15).contains(zone.count), isPlain else { return false }
    }
    let address = text[..<(zoneStart ?? text.endIndex)]
    var groupCount = 0
    var hasGap = false
    var rest = address
    if rest.starts(with: [Byte.colon, Byte.colon]) {
      hasGap = true
      rest = rest.dropFirst(2)
    }
    while !rest.isEmpty {
      let group = rest.prefix { $0 != Byte.colon }
      rest = rest[group.endIndex...]
      if rest.isEmpty && isIPv4(group) {
        groupCount += 2
        break
      }
      guard (1...4).contains(group.count), group.allSatisfy({ $0.hexValue != nil }) else {
        return false
      }
      groupCount += 1
      if rest.isEmpty { break }
      rest = rest.dropFirst()
      // A single colon at the end separates nothing.
      if rest.isEmpty { return false }
      if rest.first == Byte.colon {
        if hasGap { return false }
        hasGap = true
        rest = rest.dropFirst()
      }
    }
    return hasGap ? groupCount < 8 : groupCount == 8
  }

  /// Whether it is a host name (RFC 1123, 2.1; '_' is let pass for container networks), or an IPv4
  /// address; a name of digits and dots alone must be an address.
  private static func isNameOrIPv4(_ text: ArraySlice<UInt8>) -> Bool {
    guard (1...253).contains(text.count) else { return false }
    if text.allSatisfy({ $0.isDigit || $0 == Byte.dot }) { return isIPv4(text) }
    return text.split(separator: Byte.dot, omittingEmptySubsequences: false).allSatisfy { label in
      (1...63).contains(label.count) && label.first != Byte.hyphen && label.last != Byte.hyphen
        && label.allSatisfy {
          $0.isLetter || $0.isDigit || $0 == Byte.hyphen || $0 == Byte.underscore
        }
    }
  }

  private static func isIPv4(_ text: ArraySlice<UInt8>) -> Bool {
    let parts = text.split(separator: Byte.dot, omittingEmptySubsequences: false)
    return parts.count == 4
      && parts.allSatisfy { part in
        (1...3).contains(part.count) && part.allSatisfy { $0.isDigit }
          && part.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } <= 255
      }
  }

  private static func isPunctuation(_ byte: UInt8) -> Bool {
    byte == Byte.dot || byte == Byte.hyphen || byte == Byte.underscore
  }
}
