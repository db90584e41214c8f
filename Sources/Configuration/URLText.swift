/// A URL in its parts (RFC 3986, 3).
struct URLText {
  /// Index of the scheme among those that are allowed.
  let scheme: Int
  /// What stands before an `@`; nil where there is none.
  let userInfo: String?
  /// A host name, or an address without brackets.
  let host: String
  /// The port; nil where there is none.
  let port: UInt16?
  /// The path with its slash, and a query; empty where there is none.
  let path: String

  private static let bytesMax = 1_024

  /// Reads `SCHEME://[USERINFO@]HOST[:PORT][/PATH]`.
  /// - Parameters:
  ///   - schemes: the schemes that are allowed, without the colon.
  ///   - example: what an error tells to write.
  init(_ node: Node, schemes: [String], example: String) throws(ConfigurationError) {
    let bytes = Array(
      try node.text(example, bytesMax: URLText.bytesMax, isSecret: true).utf8)
    // A password could be in it, so it is not repeated.
    func mismatch() -> ConfigurationError {
      bytes.contains(Byte.at)
        ? node.place.error("expected \(example)") : node.mismatch(expected: example)
    }
    guard let scheme = schemes.firstIndex(where: { bytes.starts(with: "\($0)://".utf8) }) else {
      throw mismatch()
    }
    self.scheme = scheme
    let rest = bytes.dropFirst(schemes[scheme].utf8.count + 3)
    let authority = rest.prefix { $0 != Byte.slash }
    let path = rest[authority.endIndex...]
    guard path.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw mismatch() }
    self.path = String(decoding: path, as: UTF8.self)

    let at = authority.lastIndex(of: Byte.at)
    userInfo = at.map { String(decoding: authority[..<$0], as: UTF8.self) }
    let place = authority[(at.map { $0 + 1 } ?? authority.startIndex)...]
    guard let address = HostAddress.authority(String(decoding: place, as: UTF8.self)) else {
      throw mismatch()
    }
    host = address.host
    guard let portText = address.port else {
      port = nil
      return
    }
    guard let port = NumberText.integer(portText).flatMap({ UInt16(exactly: $0) }), port > 0 else {
      // `http://user:secret` without its host looks like that, too.
      let isNumber = portText.utf8.allSatisfy { (0x30...0x39).contains($0) }
      throw node.place.error(
        "expected a port from 1 to 65535"
          + (node.isHidden || !isNumber ? "" : ", found \(Excerpt.quoting(portText))"))
    }
    self.port = port
  }
}
