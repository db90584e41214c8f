internal import Configuration
internal import System

/// What `godwit status` is told.
struct StatusOptions {
  /// What is wrong with a command line, or in a file.
  struct Refusal: Error {
    let text: String
    /// Whether the text begins with the file's name.
    var isOfFile = false
  }

  /// How the answer is written.
  enum Format {
    case table, json, metrics

    /// Where the gateway has it.
    var path: String {
      switch self {
      case .table: "/status.txt"
      case .json: "/status.json"
      case .metrics: "/metrics"
      }
    }
  }

  private enum Option {
    case socket, config, json, metrics, watch, help
  }

  private(set) var socket = StatusSettings.usualSocket
  private(set) var format = Format.table
  /// The pause between two looks; nil for one look.
  private(set) var watch: Duration?
  private(set) var wantsHelp = false

  /// Fast enough to see things change, slow enough for the smallest board.
  private static let watchUsual: Duration = .seconds(2)
  private static let watchRange: ClosedRange<Duration> = .milliseconds(100) ... .seconds(86_400)
  /// What the gateway itself takes of a configuration.
  private static let fileMax = 1 << 20

  /// Reads the words from `status` on.
  init(_ words: [String]) throws(Refusal) {
    let parsed: CommandLineArguments.Parsed<Option>
    do throws(CommandLineArguments.UsageError) {
      parsed = try CommandLineArguments.parse(
        words,
        options: [
          .init(Option.socket, "socket"), .init(.config, "config"),
          .init(.json, "json", takesValue: false), .init(.metrics, "metrics", takesValue: false),
          .init(.watch, "watch", takesValue: false), .init(.help, "help", takesValue: false),
        ])
    } catch {
      throw Refusal(text: error.text)
    }
    var (path, config): (String?, String?)
    var formats = 0
    for (option, value) in parsed.options {
      switch option {
      case .socket: path = value
      case .config: config = value
      case .json: (format, formats) = (.json, formats + 1)
      case .metrics: (format, formats) = (.metrics, formats + 1)
      case .watch: watch = StatusOptions.watchUsual
      case .help: wantsHelp = true
      }
    }
    guard formats < 2 else { throw Refusal(text: "expected --json or --metrics, not both") }
    guard path == nil || config == nil else {
      throw Refusal(text: "expected --socket or --config, not both")
    }
    var operands = parsed.operands[...]
    if watch != nil, let text = operands.popFirst() { watch = try StatusOptions.pause(text) }
    if let word = operands.first { throw Refusal(text: "unexpected word '\(word)'") }
    if let path { socket = path }
    if let config { socket = try StatusOptions.socket(of: config) }
  }

  private static func pause(_ text: String) throws(Refusal) -> Duration {
    guard let pause = Duration(text: text) ?? Duration(text: "\(text) s"),
      watchRange.contains(pause)
    else {
      throw Refusal(text: "watch '\(text)', expected seconds from 0.1 to 86400")
    }
    return pause
  }

  private static func socket(of config: String) throws(Refusal) -> String {
    let bytes: [UInt8]
    do throws(Errno) {
      bytes = try Files.read(config, limit: fileMax)
    } catch {
      throw Refusal(text: "\(config): \(error.text)", isOfFile: true)
    }
    do throws(ConfigurationError) {
      switch try StatusSettings.parse(bytes, file: config).socket {
      case .usual: return StatusSettings.usualSocket
      case .path(let path): return path
      case .none:
        throw ConfigurationError(
          file: config, line: 1, column: 1,
          message: "the gateway has no socket: status.socket is none")
      }
    } catch {
      throw Refusal(text: error.text, isOfFile: true)
    }
  }
}
