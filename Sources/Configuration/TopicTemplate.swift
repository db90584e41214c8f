/// What messages are called, with placeholders for names, e.g. `godwit/{gateway}/{device}`.
public struct TopicTemplate: Equatable, Sendable {
  private enum Part: Equatable {
    case literal(String)
    case placeholder(Placeholder)
  }

  private enum Placeholder: CaseIterable {
    case gateway, device, profile, channel

    var word: String {
      switch self {
      case .gateway: "gateway"
      case .device: "device"
      case .profile: "profile"
      case .channel: "channel"
      }
    }
  }

  private let parts: [Part]

  /// What a configuration that says nothing has.
  public static let usual = TopicTemplate(parts: [
    .literal("godwit/"), .placeholder(.gateway), .literal("/"), .placeholder(.device),
  ])

  /// With the longest names in it. MQTT allows 65,535 (MQTT 3.1.1, 1.5.3), brokers and clients of the
  /// field less.
  private static let bytesMax = 1_024
  /// Each level costs a broker a node in its tree; mosquitto refuses more than 200.
  private static let levelsMax = 32

  private init(parts: [Part]) {
    self.parts = parts
  }

  /// Whether each channel has messages of its own.
  public var isByChannel: Bool { parts.contains(.placeholder(.channel)) }

  /// The topic with its names.
  public func topic(gateway: String, device: String, profile: String, channel: String) -> String {
    var topic = ""
    for part in parts {
      switch part {
      case .literal(let text): topic += text
      case .placeholder(.gateway): topic += gateway
      case .placeholder(.device): topic += device
      case .placeholder(.profile): topic += profile
      case .placeholder(.channel): topic += channel
      }
    }
    return topic
  }

  /// Reads a template; names have no separators or wildcards, so what is right here stays right.
  init(_ node: Node) throws(ConfigurationError) {
    let text = try node.text("a topic such as \"godwit/{gateway}/{device}\"")
    var parts: [Part] = []
    var literal: [UInt8] = []
    var (length, levels, previous) = (0, 1, UInt8(0))
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      switch byte {
      case Byte.openBrace:
        guard let end = rest.firstIndex(of: Byte.closeBrace) else {
          throw node.place.error("the topic has a '{' without '}'")
        }
        if !literal.isEmpty { parts.append(.literal(String(decoding: literal, as: UTF8.self))) }
        literal = []
        parts.append(.placeholder(try TopicTemplate.placeholder(rest[..<end], node)))
        rest = rest[(end + 1)...]
        length += NameRule.bytesMax
      case Byte.closeBrace:
        throw node.place.error("the topic has a '}' without '{'")
      case Byte.plus, UInt8(ascii: "#"):
        throw node.place.error("the topic \(node.found) has a wildcard, expected neither + nor #")
      default:
        if byte == Byte.slash {
          levels += 1
          guard previous != Byte.slash, !rest.isEmpty else {
            throw node.place.error("the topic \(node.found) has an empty level")
          }
        }
        literal.append(byte)
        length += 1
      }
      previous = byte
    }
    if !literal.isEmpty { parts.append(.literal(String(decoding: literal, as: UTF8.self))) }
    guard length <= TopicTemplate.bytesMax else {
      throw node.place.error(
        "the topic may get \(length) bytes long, expected at most \(TopicTemplate.bytesMax)")
    }
    guard levels <= TopicTemplate.levelsMax else {
      throw node.place.error(
        "the topic has \(levels) levels, expected at most \(TopicTemplate.levelsMax)")
    }
    self.parts = parts
  }

  private static func placeholder(
    _ name: ArraySlice<UInt8>, _ node: Node
  ) throws(ConfigurationError) -> Placeholder {
    let name = String(decoding: name, as: UTF8.self)
    for placeholder in Placeholder.allCases where placeholder.word == name { return placeholder }
    throw node.place.error(
      "unknown placeholder \(Excerpt.quoting("{\(name)}"))"
        + Suggestion.ending(
          for: "{\(name)}", among: Placeholder.allCases.map { "{\($0.word)}" }))
  }
}
