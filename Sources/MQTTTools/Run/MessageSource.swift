internal import MQTT
internal import System

/// Where the next message of `godwit pub` comes from, and when.
struct MessageSource {
  /// What there is to publish.
  enum Next {
    /// A payload; it is gone from here.
    case payload([UInt8])
    /// Nothing before this time, or before the bell rings where it is nil.
    case wait(until: Duration?)
    /// Nothing any more.
    case end
  }

  /// The longest line of `-l`, in bytes. Lines are held in memory until they are acknowledged, as
  /// many as are in flight.
  static let lineMax = 1_048_576
  /// The largest message of `-f` and `-s`: what is left of the largest packet beside a short topic.
  private static let messageMax = ConnectionOptions.packetSizeMax - 1_024

  private var payload: [UInt8] = []
  private var remaining: Int
  private let delay: Duration
  private var due: Duration = .zero
  private var lines = LineSplitter(lineMax: lineMax)
  private let feed: InputFeed?

  /// Reads the message, or begins to read lines.
  init(_ options: PublishOptions, _ stop: Stop) throws(UsageError) {
    remaining = options.repeatCount
    delay = options.repeatDelay
    guard options.source == .lines else {
      feed = nil
      payload = try MessageSource.message(options.source)
      return
    }
    do {
      feed = try InputFeed(wakeup: stop.bell)
    } catch {
      throw .unreadable("-l", "standard input", error)
    }
  }

  private static func message(_ source: PublishOptions.Source?) throws(UsageError) -> [UInt8] {
    switch source {
    case .message(let bytes): return bytes
    case .file(let name): return try content(of: name, name, "-f")
    case .standardInput:
      let bytes = try content(of: "/dev/stdin", "standard input", "-s")
      // An empty message would delete what is retained.
      guard !bytes.isEmpty else { throw .missing("a message on standard input; -n sends none") }
      return bytes
    case .lines, nil: return []
    }
  }

  private static func content(
    of path: String, _ name: String, _ option: String
  ) throws(UsageError) -> [UInt8] {
    do {
      return try Files.read(path, limit: messageMax)
    } catch {
      throw .unreadable(option, name, error)
    }
  }

  /// The next message, where it is there.
  mutating func next(now: Duration) throws(UsageError) -> Next {
    guard let feed else {
      guard remaining > 0 else { return .end }
      guard now >= due else { return .wait(until: due) }
      remaining -= 1
      due = now + delay
      return .payload(payload)
    }
    while true {
      do throws(LineSplitter.TooLong) {
        if let line = try lines.next() { return .payload(line) }
      } catch {
        throw .missing(
          joined(
            "lines of standard input of at most ", decimal(Int64(MessageSource.lineMax)), " bytes"))
      }
      if lines.isAtEnd { return .end }
      switch feed.take() {
      case .nothing: return .wait(until: nil)
      case .piece(let bytes): lines.append(bytes)
      case .end: lines.end()
      case .failed(let errno): throw .unreadable("-l", "standard input", errno)
      }
    }
  }
}
