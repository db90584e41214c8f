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

  /// Why there are no more messages.
  enum Failure: Error {
    /// A file, or standard input, cannot be read.
    case unreadable(String, Errno)
    /// Standard input is empty, and an empty message would delete what is retained.
    case emptyInput
    /// A line is longer than `lineMax`.
    case lineTooLong

    var text: String {
      switch self {
      case .unreadable(let name, let errno): "\(name) cannot be read: \(errno.text)"
      case .emptyInput: "standard input is empty, expected a message (-n sends an empty one)"
      case .lineTooLong: "a line of standard input is longer than \(MessageSource.lineMax) bytes"
      }
    }
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
  init(_ options: PublishOptions, _ stop: Stop) throws(Failure) {
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
      throw .unreadable("standard input", error)
    }
  }

  private static func message(_ source: PublishOptions.Source?) throws(Failure) -> [UInt8] {
    switch source {
    case .message(let bytes): return bytes
    case .file(let name): return try content(of: name, "the file '\(name)'")
    case .standardInput:
      let bytes = try content(of: "/dev/stdin", "standard input")
      guard !bytes.isEmpty else { throw .emptyInput }
      return bytes
    case .lines, nil: return []
    }
  }

  private static func content(of path: String, _ name: String) throws(Failure) -> [UInt8] {
    do {
      return try Files.read(path, limit: messageMax)
    } catch {
      throw .unreadable(name, error)
    }
  }

  /// The next message, where it is there.
  mutating func next(now: Duration) throws(Failure) -> Next {
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
        throw .lineTooLong
      }
      if lines.isAtEnd { return .end }
      switch feed.take() {
      case .nothing: return .wait(until: nil)
      case .piece(let bytes): lines.append(bytes)
      case .end: lines.end()
      case .failed(let errno): throw .unreadable("standard input", errno)
      }
    }
  }
}
