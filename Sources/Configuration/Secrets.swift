/// Puts the secrets of a broker into the places of those that are only named; pure, the look-up is
/// the caller's.
public struct Secrets {
  /// The keys whose values may be named by a tag. Some brokers want a token for a user name.
  static let keys = ["username", "password", "key-passphrase", "psk", "proxy"]
  /// A secret is a line; the limit is for the file that was named by mistake.
  public static let bytesMax = 64 * 1_024

  /// In the order of the file.
  private(set) var uses: [SecretUse] = []

  init() {}

  /// For a caller that has no secrets.
  public static func none(_: SecretReference) throws(SecretLookupError) -> [UInt8]? {
    throw SecretLookupError(reason: "there is nothing to look it up in")
  }

  /// The broker's mapping with the secrets in it.
  mutating func resolve(
    _ node: Node, by lookup: (SecretReference) throws(SecretLookupError) -> [UInt8]?
  ) throws(ConfigurationError) -> Node {
    guard case .mapping(var entries) = node.content else { return node }
    for index in entries.indices {
      let (key, value) = (entries[index].key, entries[index].value)
      if key.text == "tls" {
        entries[index] = Node.Entry(key: key, value: try resolve(value, by: lookup))
      } else if case .reference(let reference) = value.content {
        uses.append(SecretUse(key: key.text, place: value.place.text, reference: reference))
        var resolved = Node(
          place: value.place,
          content: .scalar(
            try Secrets.text(of: reference, for: key.text, at: value.place, by: lookup),
            isQuoted: true))
        resolved.isHidden = true
        entries[index] = Node.Entry(key: key, value: resolved)
      } else if case .scalar(let text, _) = value.content, Secrets.isPlain(text, key: key.text) {
        uses.append(SecretUse(key: key.text, place: value.place.text, reference: nil))
      }
    }
    return Node(place: node.place, content: .mapping(entries))
  }

  /// Whether a value that stands in the file itself is a secret.
  private static func isPlain(_ text: String, key: String) -> Bool {
    switch key {
    case "password", "key-passphrase", "psk": true
    // A URL with user and password.
    case "proxy": text.utf8.contains(Byte.at)
    default: false
    }
  }

  private static func text(
    of reference: SecretReference, for key: String, at place: Place,
    by lookup: (SecretReference) throws(SecretLookupError) -> [UInt8]?
  ) throws(ConfigurationError) -> String {
    let content: [UInt8]?
    do throws(SecretLookupError) {
      content = try lookup(reference)
    } catch {
      throw place.error("cannot look up \(reference.words): \(error.reason)")
    }
    guard var content else { return assumed(for: key) }
    if content.last == UInt8(ascii: "\n") { content.removeLast() }
    let problem: StaticString
    if content.isEmpty {
      problem = "it is empty"
    } else if content.count > bytesMax {
      problem = "it is larger than 64 KiB"
    } else if content.contains(0) {
      problem = "there is a NUL character in it"
    } else if !SourceText.isUTF8(content) {
      problem = "it is not UTF-8 text"
    } else {
      return String(decoding: content, as: UTF8.self)
    }
    throw place.error("\(reference.words) is no secret: \(problem), expected one line of text")
  }

  /// Something that the key's reader takes.
  private static func assumed(for key: String) -> String {
    key == "proxy" ? "http://127.0.0.1:1" : "00"
  }
}
