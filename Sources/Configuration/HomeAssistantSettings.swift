/// How Home Assistant is told of the devices.
public struct HomeAssistantSettings: Equatable, Sendable {
  /// The first levels of the topics at which Home Assistant looks for devices.
  public var prefix = "homeassistant"

  /// What Home Assistant has where nobody changed it.
  public init() {}

  /// As long as a gateway's name; it stands in every topic.
  private static let prefixMax = 64

  /// Reads the key `home-assistant`; nil where it is `false`.
  static func read(_ node: Node) throws(ConfigurationError) -> HomeAssistantSettings? {
    var settings = HomeAssistantSettings()
    guard case .mapping = node.content else {
      return try node.choice([("true", true), ("false", false)]) ? settings : nil
    }
    let mapping = try node.mapping("'true', 'false' or a mapping", keys: ["prefix"])
    if let node = mapping["prefix"] {
      let what = "a topic of letters, digits, '-', '_' and '/', such as homeassistant"
      settings.prefix = try node.text(what, bytesMax: prefixMax)
      var previous = Byte.slash
      for byte in settings.prefix.utf8 {
        let isSeparator = byte == Byte.slash
        guard
          byte.isLetter || byte.isDigit || byte == Byte.hyphen || byte == Byte.underscore
            || (isSeparator && previous != Byte.slash)
        else { throw node.mismatch(expected: what) }
        previous = byte
      }
      if previous == Byte.slash { throw node.mismatch(expected: what) }
    }
    return settings
  }
}
