internal import MQTT
internal import System

/// What `godwit pub` is told.
final class PublishOptions {
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

  let connection = ConnectionOptions()
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
  convenience init(_ words: [String]) throws(UsageError) {
    self.init()
    try read(OptionReader(words, of: .pub))
  }

  /// Nothing that could be published.
  private init() {}

  private func read(_ reader: OptionReader) throws(UsageError) {
    var sourceWord: String?
    var repeatWord: String?
    while let option = try reader.next() {
      if try connection.take(option, reader) {
        if connection.wantsHelp { return }
        if option == .url, connection.hasURLTopic { topic = try reader.topicName() }
        continue
      }
      if let source = source(option, reader.value) {
        if let sourceWord { throw .excluded(sourceWord, reader.word) }
        sourceWord = reader.word
        self.source = source
        continue
      }
      switch option {
      case .topic: topic = try reader.topicName()
      case .qos: qos = try reader.qos()
      case .retain: retain = true
      case .repeatCount:
        repeatCount = Int(try reader.number(1, Int64(Int32.max)))
        repeatWord = reader.word
      case .repeatDelay: repeatDelay = try reader.seconds()
      case .inFlightMax: inFlightMax = Int(try reader.number(1, 32_767))
      default: throw .unknownOption(reader.word)
      }
    }
    try connection.check()
    guard topic != nil else { throw .missing("a topic, -t or in -L") }
    guard source != nil else { throw .missing("a message, one of -m, -f, -l, -n and -s") }
    if source == .lines, let repeatWord { throw .excluded("-l", repeatWord) }
  }

  private func source(_ option: ToolOption, _ value: String) -> Source? {
    switch option {
    case .message: .message(Array(value.utf8))
    case .nullMessage: .message([])
    case .file: .file(value)
    case .standardInput: .standardInput
    case .lines: .lines
    default: nil
    }
  }
}
