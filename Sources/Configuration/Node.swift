/// A piece of a YAML document. Scalars stay text until the schema says what they are, so that `off`
/// is no boolean and `1:20` no number.
struct Node {
  /// Where it begins.
  let place: Place
  let content: Content
  /// Whether it was looked up elsewhere, so that no message may repeat it.
  var isHidden = false

  enum Content {
    /// A scalar; one that is empty and not quoted is YAML's null.
    case scalar(String, isQuoted: Bool)
    /// A secret that is elsewhere; `Secrets` puts the scalar in its place.
    case reference(SecretReference)
    case list([Node])
    /// Key and value in the order of the file, no key twice.
    case mapping([Entry])
  }

  struct Entry {
    let key: Key
    let value: Node
  }

  struct Key {
    let place: Place
    let text: String
  }

  /// What it is, in the words of an error: `a list`, `nothing`, `'12 bananas'`.
  var found: String {
    if isHidden { return "a secret that is not" }
    return switch content {
    case .scalar("", isQuoted: false): "nothing"
    case .scalar("", isQuoted: true): "an empty text"
    case .scalar(let text, _): Excerpt.quoting(text)
    case .reference(let reference): reference.words
    case .list: "a list"
    case .mapping: "a mapping"
    }
  }

  /// The error for a node that is not what the schema wants.
  func mismatch(expected: String) -> ConfigurationError {
    place.error("expected \(expected), found \(found)")
  }
}

/// Foreign text inside a message.
enum Excerpt {
  /// A message stays one line that a terminal shows whole.
  static let bytesMax = 60

  /// The text in single quotes, cut to `bytesMax`, control characters replaced.
  static func quoting(_ text: String) -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      // Cut before a byte that begins a character, not inside of one.
      if bytes.count >= bytesMax && byte & 0xC0 != 0x80 {
        bytes.append(contentsOf: "...".utf8)
        break
      }
      bytes.append(byte < 0x20 || byte == 0x7F ? UInt8(ascii: "?") : byte)
    }
    return "'\(String(decoding: bytes, as: UTF8.self))'"
  }
}
