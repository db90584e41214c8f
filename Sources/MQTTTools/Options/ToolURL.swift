/// The URLs of `-L` and `--proxy`, in their parts (RFC 3986, 3).
struct ToolURL {
  /// Which of the schemes that are allowed.
  private(set) var scheme = 0
  private(set) var username: String?
  private(set) var password: [UInt8]?
  private(set) var host = ""
  private(set) var port: UInt16?
  /// What stands behind the first slash, as it is written; empty without a slash.
  private(set) var path = ""

  /// Takes the value of an option apart; it is never repeated in an error, for a password may be in
  /// it.
  ///
  /// In the user name and the password `%40` stands for `@` and so on; a topic is as it is written.
  /// - Parameter schemes: those allowed, without the colon.
  init(
    _ reader: OptionReader, schemes: [String], expected: String
  ) throws(UsageError) {
    guard read(Array(reader.value.utf8), schemes) else { throw reader.invalidSecret(expected) }
  }

  /// - Returns: false where the text is no URL.
  private mutating func read(_ text: [UInt8], _ schemes: [String]) -> Bool {
    let start = text.prefix { $0 != UInt8(ascii: ":") }
    let authorityStart = start.endIndex + 3
    guard authorityStart <= text.count, text[start.endIndex + 1] == UInt8(ascii: "/"),
      text[start.endIndex + 2] == UInt8(ascii: "/")
    else { return false }
    let name = String(decoding: start.map { lowercased($0) }, as: UTF8.self)
    guard let scheme = schemes.firstIndex(of: name) else { return false }
    self.scheme = scheme
    var place = text[authorityStart...].prefix { $0 != UInt8(ascii: "/") }
    path = String(decoding: text[place.endIndex...].dropFirst(), as: UTF8.self)
    if let at = place.lastIndex(of: UInt8(ascii: "@")) {
      guard readUser(place[..<at]) else { return false }
      place = place[(at + 1)...]
    }
    return readPlace(place)
  }

  private mutating func readUser(_ text: ArraySlice<UInt8>) -> Bool {
    let colon = text.firstIndex(of: UInt8(ascii: ":")) ?? text.endIndex
    guard let name = ToolURL.decoded(text[..<colon]) else { return false }
    username = String(decoding: name, as: UTF8.self)
    guard colon < text.endIndex else { return true }
    password = ToolURL.decoded(text[(colon + 1)...])
    return password != nil
  }

  /// A host, and behind a colon a port.
  private mutating func readPlace(_ text: ArraySlice<UInt8>) -> Bool {
    let isBracketed = text.first == UInt8(ascii: "[")
    let end = isBracketed ? UInt8(ascii: "]") : UInt8(ascii: ":")
    let name = text.dropFirst(isBracketed ? 1 : 0).prefix { $0 != end }
    host = String(decoding: name, as: UTF8.self)
    guard !name.isEmpty, !isBracketed || name.endIndex < text.endIndex else { return false }
    var rest = text[(name.endIndex + (isBracketed ? 1 : 0))...]
    guard let colon = rest.popFirst() else { return true }
    guard colon == UInt8(ascii: ":"),
      let number = wholeNumber(String(decoding: rest, as: UTF8.self)), number > 0
    else { return false }
    port = UInt16(exactly: number)
    return port != nil
  }

  /// Puts the bytes in that stand as `%` and two hexadecimal digits (RFC 3986, 2.1).
  @inline(never)
  private static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = text
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard rest.count >= 2, let high = hexadecimalValue(rest.removeFirst()),
        let low = hexadecimalValue(rest.removeFirst())
      else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }
}
