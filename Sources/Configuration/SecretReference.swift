/// Where a secret is that the configuration only names, as `!credential`, `!file` and
/// `!environment` do.
public enum SecretReference: Equatable, Sendable {
  /// A file that the service manager gives this process (systemd.exec(5), LoadCredential).
  case credential(String)
  /// A file, by its whole path.
  case file(String)
  /// A variable of the environment.
  case environment(String)

  /// A credential of a longer name would not be given (systemd.exec(5)).
  private static let nameMax = 255
  private static let pathMax = 4_095

  /// What a tag and its text mean; nil where the tag is another one.
  init?(tag: String, text: String, at place: Place) throws(ConfigurationError) {
    let bytes = Array(text.utf8)
    let expected: StaticString
    if tag == "!credential" {
      self = .credential(text)
      // Not a way out of the folder of credentials.
      if (1...SecretReference.nameMax).contains(bytes.count), bytes != [Byte.dot],
        bytes != [Byte.dot, Byte.dot],
        bytes.allSatisfy({ (0x21...0x7E).contains($0) && $0 != Byte.slash && $0 != Byte.colon })
      {
        return
      }
      expected = "the name of a credential after !credential"
    } else if tag == "!file" {
      self = .file(text)
      if (2...SecretReference.pathMax).contains(bytes.count), bytes[0] == Byte.slash,
        bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
      {
        return
      }
      expected = "a path that begins with / after !file"
    } else if tag == "!environment" {
      self = .environment(text)
      if (1...SecretReference.nameMax).contains(bytes.count), !bytes[0].isDigit,
        bytes.allSatisfy({ $0 == Byte.underscore || $0.isLetter || $0.isDigit })
      {
        return
      }
      expected = "the name of a variable after !environment"
    } else {
      return nil
    }
    throw place.error("expected \(expected), found \(Excerpt.quoting(text))")
  }

  /// As it is written.
  var words: String {
    switch self {
    case .credential(let name): "!credential \(Excerpt.quoting(name))"
    case .file(let path): "!file \(Excerpt.quoting(path))"
    case .environment(let name): "!environment \(Excerpt.quoting(name))"
    }
  }
}

/// Why a secret is not there. It has no part of the secret in it.
public struct SecretLookupError: Error, Equatable, Sendable {
  /// In words, e.g. "No such file or directory".
  public let reason: String

  /// An error of that reason.
  public init(reason: String) {
    self.reason = reason
  }
}

/// A secret of the configuration: where it is named, and where it is.
public struct SecretUse: Equatable, Sendable {
  /// The key whose value it is, e.g. `password`.
  public let key: String
  /// `file:line:column` of the value.
  public let place: String
  /// Where it is; nil where the configuration itself holds it.
  public let reference: SecretReference?
}
