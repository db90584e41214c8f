internal import MQTT
internal import System

/// What `godwit sub` is told.
final class SubscribeOptions {
  let connection = ConnectionOptions()
  private(set) var topics: [TopicFilter] = []
  private(set) var unsubscribes: [TopicFilter] = []
  private(set) var filtersOut: [TopicFilter] = []
  private(set) var qos = QoS.atMostOnce
  private(set) var format = MessageFormat.payload
  private(set) var endsLines = true
  /// `-C`: ends after so many messages.
  private(set) var countMax: Int64?
  /// `-W`: ends so long after the first connection.
  private(set) var timeout: Duration?
  private(set) var exitsAfterSubscribe = false
  /// Which messages are handled by their retain flag.
  private(set) var retained = Retained.all
  private(set) var retainAsPublished = false

  /// What becomes of messages that the broker had kept.
  enum Retained: Equatable {
    /// They are written like all others.
    case all
    /// `-R`: they are passed over.
    case none
    /// `--retained-only`: the first that is fresh ends it.
    case only
  }

  /// One packet has room for many filters; more than these on a command line are a mistake.
  private static let filtersMax = 1_000

  /// Reads the words behind `sub`.
  convenience init(_ words: [String]) throws(UsageError) {
    self.init()
    try read(OptionReader(words, of: .sub))
  }

  /// Nothing that could be subscribed to.
  private init() {}

  private func read(_ reader: OptionReader) throws(UsageError) {
    var isVerbose = false
    var givenFormat: MessageFormat?
    while let option = try reader.next() {
      if try connection.take(option, reader) {
        if connection.wantsHelp { return }
        if option == .url, connection.hasURLTopic { topics.append(try reader.topicFilter()) }
        continue
      }
      switch option {
      case .topic: topics.append(try reader.topicFilter())
      case .unsubscribe: unsubscribes.append(try reader.topicFilter())
      case .filterOut: filtersOut.append(try reader.topicFilter())
      case .qos: qos = try reader.qos()
      case .verbose: isVerbose = true
      case .format: givenFormat = try SubscribeOptions.format(reader)
      case .noNewline: endsLines = false
      case .count: countMax = try reader.number(1, Int64(Int32.max))
      case .timeout: timeout = .seconds(try reader.number(1, Int64(Int32.max)))
      case .exitAfterSubscribe: exitsAfterSubscribe = true
      case .noRetained, .retainedOnly:
        let wanted = option == .noRetained ? Retained.none : .only
        if retained != .all && retained != wanted { throw .excluded("-R", "--retained-only") }
        retained = wanted
      case .retainAsPublished:
        retainAsPublished = true
        connection.requireVersion5(reader.word)
      default: throw .unknownOption(reader.word)
      }
    }
    try connection.check()
    if isVerbose { format = .topicAndPayload }
    if let givenFormat { format = givenFormat }
    guard !topics.isEmpty || !unsubscribes.isEmpty else {
      throw .missing("a topic filter, -t or in -L")
    }
    guard topics.count + unsubscribes.count + filtersOut.count <= SubscribeOptions.filtersMax else {
      throw .missing("at most 1000 topic filters")
    }
  }

  private static func format(_ reader: OptionReader) throws(UsageError) -> MessageFormat {
    do {
      return try MessageFormat(reader.value)
    } catch {
      throw reader.invalid(error.expected)
    }
  }
}
