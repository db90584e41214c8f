internal import Configuration
internal import Pipeline
internal import Spool
internal import System

/// What is wrong with a command line or a configuration, in words.
struct Refusal: Error {
  let text: String

  init(_ pieces: [String]) {
    text = joined(pieces)
  }
}

/// What `godwit queue` is told.
final class QueueOptions {
  enum Subcommand: CaseIterable {
    case status, ls, peek, export, verify, requeue, purge

    init?(_ word: String) {
      guard let found = Subcommand.allCases.first(where: { $0.name == word }) else { return nil }
      self = found
    }

    var name: String {
      switch self {
      case .status: "status"
      case .ls: "ls"
      case .peek: "peek"
      case .export: "export"
      case .verify: "verify"
      case .requeue: "requeue"
      case .purge: "purge"
      }
    }
  }

  private enum Option: CaseIterable {
    case config, queue, lane, json, limit, all, from, to, since, bad, before, yes, raw, help

    var name: StaticString {
      switch self {
      case .config: "config"
      case .queue: "queue"
      case .lane: "lane"
      case .json: "json"
      case .limit: "limit"
      case .all: "all"
      case .from: "from"
      case .to: "to"
      case .since: "since"
      case .bad: "bad"
      case .before: "before"
      case .yes: "yes"
      case .raw: "raw"
      case .help: "help"
      }
    }

    var takesValue: Bool {
      switch self {
      case .config, .queue, .lane, .limit, .from, .to, .since, .before: true
      case .json, .all, .bad, .yes, .raw, .help: false
      }
    }

    /// Whether a subcommand takes it.
    func belongs(to subcommand: Subcommand) -> Bool {
      switch self {
      case .config, .queue, .help: true
      case .lane: subcommand != .peek
      case .json: subcommand == .status || subcommand == .ls
      case .limit, .to: subcommand == .ls || subcommand == .export
      case .all: [.ls, .peek, .export, .requeue].contains(subcommand)
      case .from: [.ls, .export, .requeue].contains(subcommand)
      case .since, .bad: subcommand == .requeue
      case .before, .yes: subcommand == .purge
      case .raw: subcommand == .peek
      }
    }
  }

  private(set) var subcommand = Subcommand.status
  private(set) var config: String?
  private(set) var queue: String?
  private(set) var lane: String?
  private(set) var isJSON = false
  private(set) var limit = UInt64.max
  private(set) var wantsAll = false
  private(set) var from: Bound?
  private(set) var to: Bound?
  private(set) var before: Bound?
  private(set) var wantsBad = false
  private(set) var saysYes = false
  private(set) var isRaw = false
  private(set) var wantsHelp = false
  /// The record that `peek` is asked for; nil for the first.
  private(set) var sequence: UInt64?

  /// Reads the words from `queue` on.
  init(_ words: [String]) throws(Refusal) {
    let parsed: CommandLineArguments.Parsed<Option>
    do throws(CommandLineArguments.UsageError) {
      parsed = try CommandLineArguments.parse(
        words,
        options: Option.allCases.map {
          CommandLineArguments.Option($0, $0.name, takesValue: $0.takesValue)
        })
    } catch {
      throw Refusal([error.text])
    }
    var operands = parsed.operands[...]
    if let word = operands.popFirst() {
      guard let subcommand = Subcommand(word) else {
        throw Refusal([
          "there is no subcommand '", word,
          "', expected status, ls, peek, export, verify, requeue or purge",
        ])
      }
      self.subcommand = subcommand
    }
    if subcommand == .peek, let name = operands.popFirst() { try takeName(name) }
    if let word = operands.first { throw Refusal(["unexpected word '", word, "'"]) }
    for (option, value) in parsed.options { try take(option, value) }
    try check()
  }

  private func take(_ option: Option, _ value: String) throws(Refusal) {
    guard option.belongs(to: subcommand) else {
      throw Refusal([
        "--", "\(option.name)", " is not for ", subcommand.name, "; 'godwit queue --help' tells",
      ])
    }
    switch option {
    case .config: config = value
    case .queue: queue = value
    case .lane: lane = value
    case .json: isJSON = true
    case .limit:
      guard let number = UInt64(value) else {
        throw Refusal(["limit '", value, "', expected a number of records"])
      }
      limit = number
    case .all: wantsAll = true
    case .from: from = try Bound(value, "from")
    case .to: to = try Bound(value, "to")
    case .since: from = .time(try Bound.time(value, "since"))
    case .bad: wantsBad = true
    case .before: before = try Bound(value, "before")
    case .yes: saysYes = true
    case .raw: isRaw = true
    case .help: wantsHelp = true
    }
  }

  private func takeName(_ name: String) throws(Refusal) {
    let bytes = Array(name.utf8)
    let slash = bytes.firstIndex(of: UInt8(ascii: "/"))
    if let slash { lane = String(decoding: bytes[..<slash], as: UTF8.self) }
    let digits = bytes[(slash.map { $0 + 1 } ?? 0)...]
    sequence = UInt64(String(decoding: digits, as: UTF8.self))
    guard sequence != nil else {
      throw Refusal(["'", name, "', expected a record's name such as telemetry/17"])
    }
  }

  private func check() throws(Refusal) {
    if wantsHelp { return }
    if config != nil && queue != nil {
      throw Refusal(["--config and --queue exclude each other"])
    }
    if subcommand == .requeue {
      let count = (from == nil ? 0 : 1) + (wantsAll ? 1 : 0) + (wantsBad ? 1 : 0)
      guard count == 1 else {
        throw Refusal(["requeue: expected one of --from, --since, --all and --bad"])
      }
    }
  }

  /// The lanes that are meant, and whether a sequence can be told by its number alone.
  func lanes(of inspection: SpoolInspection) throws(SpoolError) -> [String] {
    guard let lane else { return inspection.lanes }
    guard inspection.lanes.contains(lane) else {
      throw .noLane(lane, lanes: inspection.lanes)
    }
    return [lane]
  }
}

/// A place in a lane as people name it.
enum Bound {
  case sequence(UInt64)
  /// Since 1970-01-01T00:00:00 UTC, in milliseconds.
  case time(Int64)

  /// Digits alone are a sequence.
  init(_ text: String, _ option: String) throws(Refusal) {
    if let sequence = UInt64(text) {
      self = .sequence(sequence)
    } else {
      self = .time(try Bound.time(text, option))
    }
  }

  /// A moment, or how long ago it was.
  static func time(_ text: String, _ option: String) throws(Refusal) -> Int64 {
    if let time = Timestamp(text: text) { return time.unixMilliseconds }
    if let ago = Duration(text: text) { return Clock.unixMilliseconds - ago.milliseconds }
    throw Refusal([
      option, " '", text,
      "', expected a time such as 2026-11-23T07:46Z, or so long ago, e.g. '2 h'",
    ])
  }

  /// Whether a record comes before it.
  func isBehind(_ sequence: UInt64, _ stamp: Spool.Stamp) -> Bool {
    switch self {
    case .sequence(let bound): sequence < bound
    case .time(let bound): stamp.wall < bound
    }
  }
}

/// Where the queue is, and what is known of its limits.
final class QueuePlace {
  let directory: String
  /// Nil without a configuration.
  let options: Spool.Options?
  let messages: QueuedMessages

  /// The configuration's when nothing is said.
  private static let usualDirectory = "/var/lib/godwit"

  init(_ given: QueueOptions) throws(Refusal) {
    if let config = given.config {
      do throws(ConfigurationFile.LoadError) {
        let (directory, options) = try ConfigurationFile.loadQueue(config)
        self.directory = directory
        self.options = options
      } catch {
        throw Refusal([error.text])
      }
    } else {
      directory = given.queue ?? QueuePlace.usualDirectory
      options = nil
    }
    messages = QueuedMessages(directory: directory)
  }
}
