internal import MQTT
internal import System

/// What `godwit pub` is told.
struct PublishOptions {
  /// Where the messages come from.
  enum Source: Equatable {
    /// `-m`, and `-n` with no bytes.
    case message([UInt8])
    /// `-f`: a whole file.
    case file(String)
    /// `-s`: all of standard input.
    case standardInput
    /// `-l`: each line of standard input.
    case lines
  }

  private(set) var connection = ConnectionOptions()
  /// Where to; nil only where help is wanted.
  private(set) var topic: TopicName?
  /// What; nil only where help is wanted.
  private(set) var source: Source?
  private(set) var qos = QoS.atMostOnce
  private(set) var retain = false
  private(set) var repeatCount = 1
  private(set) var repeatDelay: Duration = .zero
  /// How many messages may wait for their acknowledgement; nil is as many as the session's default.
  private(set) var inFlightMax: Int?

  /// Reads the words behind `pub`.
  init(_ words: [String]) throws(UsageError) {
    var reader = OptionReader(words, of: .pub)
    var sourceWord: String?
    var repeatWord: String?
    while let found = try reader.next() {
      if try connection.take(found, &reader, of: .pub) {
        if connection.wantsHelp { return }
        if found.option == .url, let given = connection.urlTopic {
          topic = try given.topicName()
        }
        continue
      }
      if let source = PublishOptions.source(found) {
        if let sourceWord { throw .excluded(sourceWord, found.word) }
        sourceWord = found.word
        self.source = source
        continue
      }
      switch found.option {
      case .topic: topic = try found.topicName()
      case .qos: qos = try found.qos()
      case .retain: retain = true
      case .repeatCount:
        repeatCount = Int(try found.number(1...Int64(Int32.max)))
        repeatWord = found.word
      case .repeatDelay: repeatDelay = try found.seconds()
      case .inFlightMax: inFlightMax = Int(try found.number(1...65_535))
      default: throw .unknownOption(found.word)
      }
    }
    try connection.check()
    guard topic != nil else { throw .missing("a topic, -t or in -L") }
    guard source != nil else { throw .missing("a message, one of -m, -f, -l, -n and -s") }
    if source == .lines, let repeatWord { throw .excluded("-l", repeatWord) }
  }

  private static func source(_ found: OptionReader.Found) -> Source? {
    switch found.option {
    case .message: .message(Array(found.value.utf8))
    case .nullMessage: .message([])
    case .file: .file(found.value)
    case .standardInput: .standardInput
    case .lines: .lines
    default: nil
    }
  }
}
