internal import MQTT
internal import System

/// What `godwit sub` is told.
struct SubscribeOptions {
  private(set) var connection = ConnectionOptions()
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
  init(_ words: [String]) throws(UsageError) {
    var reader = OptionReader(words, of: .sub)
    var isVerbose = false
    var formatWord: MessageFormat?
    while let found = try reader.next() {
      if try connection.take(found, &reader, of: .sub) {
        if connection.wantsHelp { return }
        if found.option == .url, let given = connection.urlTopic {
          topics.append(try given.topicFilter())
        }
        continue
      }
      switch found.option {
      case .topic: topics.append(try found.topicFilter())
      case .unsubscribe: unsubscribes.append(try found.topicFilter())
      case .filterOut: filtersOut.append(try found.topicFilter())
      case .qos: qos = try found.qos()
      case .verbose: isVerbose = true
      case .format: formatWord = try SubscribeOptions.format(found)
      case .noNewline: endsLines = false
      case .count: countMax = try found.number(1...Int64(Int32.max))
      case .timeout: timeout = .seconds(try found.number(1...Int64(Int32.max)))
      case .exitAfterSubscribe: exitsAfterSubscribe = true
      case .noRetained, .retainedOnly:
        let wanted = found.option == .noRetained ? Retained.none : .only
        if retained != .all && retained != wanted { throw .excluded("-R", "--retained-only") }
        retained = wanted
      case .retainAsPublished:
        retainAsPublished = true
        connection.requireVersion5(found.word)
      default: throw .unknownOption(found.word)
      }
    }
    try connection.check()
    format = formatWord ?? (isVerbose ? .topicAndPayload : .payload)
    guard !topics.isEmpty || !unsubscribes.isEmpty else {
      throw .missing("a topic filter, -t or in -L")
    }
    guard topics.count + unsubscribes.count + filtersOut.count <= SubscribeOptions.filtersMax else {
      throw .missing("at most \(SubscribeOptions.filtersMax) topic filters")
    }
  }

  private static func format(_ found: OptionReader.Found) throws(UsageError) -> MessageFormat {
    do {
      return try MessageFormat(found.value)
    } catch {
      throw found.invalid(error.expected)
    }
  }
}
