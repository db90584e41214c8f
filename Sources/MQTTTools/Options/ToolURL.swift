internal import System

/// The URLs of `-L` and `--proxy`, in their parts (RFC 3986, 3).
struct ToolURL: Equatable {
  var scheme: String
  var username: String?
  var password: [UInt8]?
  var host: String
  var port: UInt16?
  /// What stands behind the first slash, as it is written; nil without a slash.
  var path: String?

  /// Takes a URL apart; it is never repeated in an error, for a password may be in it.
  ///
  /// In the user name and the password `%40` stands for `@` and so on; a topic is as it is written.
  /// - Parameter schemes: those allowed, without the colon.
  init(
    _ found: OptionReader.Found, schemes: [String], expected: String
  ) throws(UsageError) {
    let mismatch = UsageError.invalidSecret(option: found.word, expected: expected)
    let text = Array(found.value.utf8)
    guard let scheme = schemes.first(where: { ToolURL.begins(text, with: $0) }) else {
      throw mismatch
    }
    self.scheme = scheme
    let rest = text[(scheme.utf8.count + 3)...]
    let authority = rest.prefix { $0 != UInt8(ascii: "/") }
    if authority.endIndex < rest.endIndex {
      path = String(decoding: rest[(authority.endIndex + 1)...], as: UTF8.self)
    }
    var place = authority
    if let at = authority.lastIndex(of: UInt8(ascii: "@")) {
      place = authority[(at + 1)...]
      let user = authority[..<at]
      let colon = user.firstIndex(of: UInt8(ascii: ":")) ?? user.endIndex
      guard let name = ToolURL.decoded(user[..<colon]) else { throw mismatch }
      username = String(decoding: name, as: UTF8.self)
      if colon < user.endIndex {
        guard let password = ToolURL.decoded(user[(colon + 1)...]) else { throw mismatch }
        self.password = password
      }
    }
    guard let (host, portText) = ToolURL.hostAndPort(place) else { throw mismatch }
    self.host = host
    guard let portText else { return }
    guard let port = wholeNumber(portText), (1...65_535).contains(port) else { throw mismatch }
    self.port = UInt16(port)
  }

  /// Schemes are the same in capitals (RFC 3986, 3.1).
  private static func begins(_ text: [UInt8], with scheme: String) -> Bool {
    let start = Array("\(scheme)://".utf8)
    guard text.count >= start.count else { return false }
    return zip(text, start).allSatisfy { $0 == $1 || ($0 | 0x20) == $1 && $1 >= UInt8(ascii: "a") }
  }

  /// `host`, `host:port`, `[IPv6]` or `[IPv6]:port`.
  private static func hostAndPort(_ place: ArraySlice<UInt8>) -> (String, String?)? {
    let host: ArraySlice<UInt8>
    var rest: ArraySlice<UInt8>
    if place.first == UInt8(ascii: "[") {
      guard let end = place.firstIndex(of: UInt8(ascii: "]")) else { return nil }
      (host, rest) = (place[(place.startIndex + 1)..<end], place[(end + 1)...])
    } else {
      host = place.prefix { $0 != UInt8(ascii: ":") }
      rest = place[host.endIndex...]
    }
    guard !host.isEmpty else { return nil }
    if rest.isEmpty { return (String(decoding: host, as: UTF8.self), nil) }
    guard rest.removeFirst() == UInt8(ascii: ":") else { return nil }
    return (String(decoding: host, as: UTF8.self), String(decoding: rest, as: UTF8.self))
  }

  /// Puts the bytes in that stand as `%` and two hexadecimal digits (RFC 3986, 2.1).
  private static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = text
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst().flatMap(hexadecimalValue),
        let low = rest.popFirst().flatMap(hexadecimalValue)
      else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }
}
