extension StatusSettings {
  /// Below, the budget of the topics decides; above, who looks for a sign of life waits too long.
  private static let everyRange: ClosedRange<Duration> = .seconds(10) ... .seconds(86_400)
  /// sun_path of unix(7) has 108 bytes, with the final NUL.
  private static let socketPathMax = 107
  /// Levels before the gateway's name; brokers and people read no more.
  private static let prefixMax = 128

  /// The settings in a gateway's YAML file. What else is in the file is not looked at, so that a
  /// mistake there does not hide the socket.
  /// - Parameters:
  ///   - bytes: the file's content.
  ///   - file: the file's name, for errors.
  /// - Throws: what is wrong, where, and what was expected.
  public static func parse(
    _ bytes: [UInt8], file: String
  ) throws(ConfigurationError) -> StatusSettings {
    let what = "a gateway configuration"
    let top = try YAMLParser.parse(bytes, file: file, expecting: what).mapping(what)
    return try top["status"].map(StatusSettings.init(_:)) ?? StatusSettings()
  }

  /// Reads the key `status`.
  init(_ node: Node) throws(ConfigurationError) {
    self.init()
    let mapping = try node.mapping(
      "a mapping of the status", keys: ["topics", "every", "prefix", "socket", "http"])
    if let node = mapping["topics"] {
      hasTopics = try node.choice([("true", true), ("false", false)])
    }
    if let node = mapping["every"] { every = try node.duration(in: StatusSettings.everyRange) }
    if let node = mapping["prefix"] { prefix = try StatusSettings.prefix(node) }
    if let node = mapping["socket"] { socket = try StatusSettings.socket(node) }
    if let node = mapping["http"] { http = try StatusSettings.http(node) }
  }

  private static func prefix(_ node: Node) throws(ConfigurationError) -> String {
    let text = try node.text("the beginning of topics, such as godwit", bytesMax: prefixMax)
    let levels = Array(text.utf8).split(separator: Byte.slash, omittingEmptySubsequences: false)
    guard levels.allSatisfy({ !$0.isEmpty }) else {
      throw node.place.error("the prefix \(node.found) has an empty level")
    }
    guard !text.utf8.contains(Byte.plus), !text.utf8.contains(UInt8(ascii: "#")) else {
      throw node.place.error("the prefix \(node.found) has a wildcard, expected neither + nor #")
    }
    // The broker's own topics; a client may not publish there (MQTT 5.0, 4.7.2).
    guard text.utf8.first != UInt8(ascii: "$") else {
      throw node.place.error("the prefix \(node.found) begins with $, which is for the broker")
    }
    return text
  }

  private static func socket(_ node: Node) throws(ConfigurationError) -> SocketPlace {
    let what = "a socket's path that begins with /, or none"
    let text = try node.text(what, bytesMax: socketPathMax)
    if text == "none" { return .none }
    guard text.utf8.first == Byte.slash, text.utf8.last != Byte.slash else {
      throw node.mismatch(expected: what)
    }
    return .path(text)
  }

  private static func http(_ node: Node) throws(ConfigurationError) -> HTTPPlace {
    let what = "a loopback address with its port, such as 127.0.0.1:9100 or [::1]:9100"
    let text = try node.text(what)
    guard let place = HostAddress.authority(text), let portText = place.port,
      let port = NumberText.integer(portText), 1...65_535 ~= port
    else { throw node.mismatch(expected: what) }
    guard let address = loopbackAddress(place.host) else {
      throw node.place.error(
        "\(Excerpt.quoting(place.host)) is not a loopback address, and there is no password to the"
          + " status: expected 127.0.0.1 or [::1]")
    }
    return HTTPPlace(address: address, port: UInt16(port))
  }

  /// The address where a host is surely this machine alone: 127.0.0.0/8 (RFC 1122, 3.2.1.3), ::1
  /// (RFC 4291, 2.5.3); nil where it is not.
  private static func loopbackAddress(_ host: String) -> String? {
    if host == "localhost" { return "127.0.0.1" }
    if host == "::1" { return host }
    let bytes = Array(host.utf8)
    // A name that begins like this is none (`HostAddress`), or ends with letters.
    let isIPv4 = bytes.allSatisfy { $0.isDigit || $0 == Byte.dot }
    return isIPv4 && bytes.starts(with: "127.".utf8) ? host : nil
  }
}
