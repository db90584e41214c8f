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
    var feed: InputFeed?
    var option = "-f"
    do throws(Errno) {
      switch options.source {
      case .message(let bytes): payload = bytes
      case .file(let name): payload = try Files.read(name, limit: MessageSource.messageMax)
      case .standardInput:
        option = "-s"
        payload = try MessageSource.standardInput(stop)
      case .lines:
        option = "-l"
        feed = try InputFeed(wakeup: stop.bell)
      case nil: break
      }
    } catch {
      var name = "standard input"
      if case .file(let file) = options.source { name = file }
      throw .unreadable(option, name, error)
    }
    // An empty message would delete what is retained.
    if options.source == .standardInput && payload.isEmpty {
      throw .missing("a message on standard input; -n sends none")
    }
    self.feed = feed
  }

  /// All of standard input; what has come of it where the user wants to end.
  private static func standardInput(_ stop: Stop) throws(Errno) -> [UInt8] {
    let feed = try InputFeed(wakeup: stop.bell)
    var bytes: [UInt8] = []
    while !stop.isRequested {
      switch feed.take() {
      case .nothing: try Poll.wait(for: stop.bell, timeout: Poll.idle)
      case .piece(let piece):
        guard bytes.count + piece.count <= messageMax else { throw .fileTooLarge }
        bytes += piece
      case .end: return bytes
      case .failed(let errno): throw errno
      }
    }
    return []
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
