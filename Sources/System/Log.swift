internal import CLinux

/// The program's log: one fixed message plus fields, a line each, on standard error.
///
/// Under systemd each line begins with its priority (sd-daemon(3)), and journald keeps the time;
/// elsewhere it begins with the time in UTC and the level in words.
public enum Log {
  /// How much a line matters; the numbers are those of syslog(3).
  public enum Level: Int, Comparable, Sendable {
    /// The program cannot do its job.
    case error = 3
    /// Something is lost or missing, and the program goes on.
    case warning = 4
    /// A change that a person looking for a cause wants to see.
    case notice = 5
    /// The course of things.
    case info = 6
    /// What only a developer wants to see.
    case debug = 7

    /// Orders by urgency: an error is less than a debug line.
    public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }

    /// The level of that name.
    public init?(_ name: String) {
      guard let level = Level.all.first(where: { "\($0.name)" == name }) else { return nil }
      self = level
    }

    private static let all: [Level] = [.error, .warning, .notice, .info, .debug]

    /// The level that is `step` steps further, towards more where it is positive; the last one where
    /// there is none.
    public func changed(by step: Int) -> Level {
      Level(rawValue: min(max(rawValue + step, Level.error.rawValue), Level.debug.rawValue)) ?? self
    }

    /// Its name, as people write it.
    public var name: StaticString {
      switch self {
      case .error: "error"
      case .warning: "warning"
      case .notice: "notice"
      case .info: "info"
      case .debug: "debug"
      }
    }
  }

  /// Names and values that belong to a line, in the order written.
  public struct Fields: ExpressibleByDictionaryLiteral, Sendable {
    let pairs: [(String, String)]

    /// Takes the pairs of a literal: `["device": name, "failures": "\(count)"]`.
    public init(dictionaryLiteral pairs: (String, String)...) {
      self.pairs = pairs
    }
  }

  private static let threshold = Locked(Level.info)
  private static let isJournal = getenv("JOURNAL_STREAM") != nil

  /// Lines that matter less are not written.
  public static var level: Level { threshold.withLock { $0 } }

  /// Lines that matter less than `level` are not written from now on.
  public static func setLevel(_ level: Level) {
    threshold.withLock { $0 = level }
  }

  /// Writes a line at level error.
  public static func error(_ message: StaticString, _ fields: @autoclosure () -> Fields = [:]) {
    write(.error, message, fields)
  }

  /// Writes a line at level warning.
  public static func warning(_ message: StaticString, _ fields: @autoclosure () -> Fields = [:]) {
    write(.warning, message, fields)
  }

  /// Writes a line at level notice.
  public static func notice(_ message: StaticString, _ fields: @autoclosure () -> Fields = [:]) {
    write(.notice, message, fields)
  }

  /// Writes a line at level info.
  public static func info(_ message: StaticString, _ fields: @autoclosure () -> Fields = [:]) {
    write(.info, message, fields)
  }

  /// Writes a line at level debug.
  public static func debug(_ message: StaticString, _ fields: @autoclosure () -> Fields = [:]) {
    write(.debug, message, fields)
  }

  private static func write(_ level: Level, _ message: StaticString, _ fields: () -> Fields) {
    guard level <= threshold.withLock({ $0 }) else { return }
    let prefix = isJournal ? "<\(level.rawValue)>" : "\(Clock.timestamp.text) \(level.name) "
    let line = LogLine.format(prefix: prefix, message: "\(message)", fields: fields())
    line.withUnsafeBufferPointer { bytes in
      // Where standard error is full or closed there is nobody left to tell.
      _ = CLinux.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
    }
  }
}

/// How a log line is put together.
enum LogLine {
  /// A line longer than this is cut: a hostile device or broker must not fill the log.
  static let bytesMax = 1_024

  /// The bytes of one line: prefix, message, ` name=value` for each field, end of line.
  ///
  /// A value with a space, a quote, `=` or a byte that is not printable ASCII or UTF-8 is quoted
  /// and escaped, so that no value can look like a field or a line of its own.
  static func format(prefix: String, message: String, fields: Log.Fields) -> [UInt8] {
    var line = Array(prefix.utf8)
    line.append(contentsOf: message.utf8)
    for (name, value) in fields.pairs {
      line.append(UInt8(ascii: " "))
      line.append(contentsOf: name.utf8)
      line.append(UInt8(ascii: "="))
      append(value, to: &line)
    }
    if line.count >= bytesMax {
      line.removeLast(line.count - bytesMax + 4)
      // Not to leave half a character behind.
      while let last = line.last, last & 0xC0 == 0x80 { line.removeLast() }
      if let last = line.last, last >= 0xC0 { line.removeLast() }
      line.append(contentsOf: "...".utf8)
    }
    line.append(UInt8(ascii: "\n"))
    return line
  }

  private static func append(_ value: String, to line: inout [UInt8]) {
    let isPlain =
      !value.utf8.isEmpty
      && value.utf8.allSatisfy {
        $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "=")
          && $0 != UInt8(ascii: "\\")
      }
    if isPlain {
      line.append(contentsOf: value.utf8)
      return
    }
    line.append(UInt8(ascii: "\""))
    for byte in value.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        line.append(UInt8(ascii: "\\"))
        line.append(byte)
      case 0..<0x20, 0x7F:
        line.append(contentsOf: "\\x".utf8)
        line.append(hexDigit(byte >> 4))
        line.append(hexDigit(byte & 0xF))
      default:
        line.append(byte)
      }
    }
    line.append(UInt8(ascii: "\""))
  }

  private static func hexDigit(_ nibble: UInt8) -> UInt8 {
    nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
  }
}
