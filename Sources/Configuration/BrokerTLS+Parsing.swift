extension BrokerTLS {
  /// OpenSSL's limits are higher; a key of 64 bytes is 512 bits.
  private static let keyBytesMax = 64
  private static let identityMax = 255
  private static let pathMax = 4_095

  /// Reads the key `tls` of a broker.
  init(_ node: Node) throws(ConfigurationError) {
    self.init()
    let mapping = try node.mapping(
      "a mapping of TLS settings",
      keys: [
        "ca-file", "ca-directory", "certificate", "key", "key-passphrase", "psk-identity", "psk",
        "minimum-version", "insecure",
      ])
    caFile = try mapping["ca-file"].map { (node) throws(ConfigurationError) in
      try BrokerTLS.path(node, "a file with the trusted authorities")
    }
    caDirectory = try mapping["ca-directory"].map { (node) throws(ConfigurationError) in
      try BrokerTLS.path(node, "a folder with the trusted authorities")
    }
    certificate = try BrokerTLS.certificate(in: mapping)
    preSharedKey = try BrokerTLS.preSharedKey(in: mapping)
    if let node = mapping["minimum-version"] {
      requiresTLS13 = try node.choice([("1.2", false), ("1.3", true)])
    }
    if let node = mapping["insecure"] {
      insecure = try node.choice([("false", false), ("true", true)])
    }
    if certificate != nil, let node = mapping["psk"] {
      throw node.place.error("a pre-shared key and a certificate, expected one of them")
    }
  }

  private static func path(_ node: Node, _ what: String) throws(ConfigurationError) -> String {
    try node.text(what, bytesMax: pathMax)
  }

  private static func certificate(
    in mapping: Mapping
  ) throws(ConfigurationError) -> Certificate? {
    guard let file = mapping["certificate"] else {
      for key in ["key", "key-passphrase"] {
        if let node = mapping[key] {
          throw node.place.error("\(key) without a certificate, expected both or none")
        }
      }
      return nil
    }
    // The key may be in the certificate's file.
    let keyFile = mapping["key"] ?? file
    return Certificate(
      file: try path(file, "a file with the client's certificate"),
      keyFile: try path(keyFile, "a file with the client's key"),
      passphrase: try mapping["key-passphrase"].map { (node) throws(ConfigurationError) in
        try node.text("a passphrase", bytesMax: 1_024, isSecret: true)
      })
  }

  private static func preSharedKey(
    in mapping: Mapping
  ) throws(ConfigurationError) -> PreSharedKey? {
    guard let keyNode = mapping["psk"] else {
      guard let node = mapping["psk-identity"] else { return nil }
      throw node.place.error("psk-identity without a psk, expected both or none")
    }
    let identity = try mapping.required("psk-identity")
      .text("the identity of the pre-shared key", bytesMax: identityMax)
    let what = "a key of 1 to \(keyBytesMax) bytes in hexadecimal digits"
    let digits = Array(try keyNode.text(what, bytesMax: 2 * keyBytesMax, isSecret: true).utf8)
    var key: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard index + 1 < digits.count, let high = digits[index].hexValue,
        let low = digits[index + 1].hexValue
      else { throw keyNode.place.error("expected \(what)") }
      key.append(high << 4 | low)
    }
    return PreSharedKey(identity: identity, key: key)
  }
}

extension BrokerProxy {
  /// Reads the key `proxy` of a broker: `http://[USER:PASSWORD@]HOST:PORT`, or `socks5://...`.
  init(_ node: Node) throws(ConfigurationError) {
    let example = "a URL such as http://192.0.2.1:3128 or socks5://192.0.2.1:1080"
    let url = try URLText(node, schemes: ["http", "socks5"], example: example)
    guard let port = url.port, url.path.utf8.count <= 1 else {
      throw node.place.error("expected \(example)")
    }
    kind = url.scheme == 0 ? .http : .socks5
    host = url.host
    self.port = port
    guard let userInfo = url.userInfo else { return }
    let bytes = Array(userInfo.utf8)
    guard let colon = bytes.firstIndex(of: Byte.colon), colon > 0 else {
      throw node.place.error("expected USER:PASSWORD before the @")
    }
    username = String(decoding: bytes[..<colon], as: UTF8.self)
    password = String(decoding: bytes[(colon + 1)...], as: UTF8.self)
  }
}
