/// When a PINGREQ is to be sent, and when the broker is too late with its answer (3.1.2.10).
struct KeepAlive: Sendable {
  /// What is to be done now.
  enum Due: Equatable {
    case nothing
    case ping
    case giveUp
  }

  /// The longest time between two packets; nil for any.
  var interval: Duration?
  private let answerTimeout: Duration
  private var lastSent: Duration
  /// When PINGRESP must have come; nil where none is awaited.
  private var answerDeadline: Duration?

  /// - Parameter answerTimeout: what PINGRESP has, or `interval` where that is shorter.
  init(interval: Duration?, answerTimeout: Duration, now: Duration) {
    self.interval = interval
    self.answerTimeout = answerTimeout
    lastSent = now
  }

  /// Never more than the interval, so that one ping at a time is enough.
  var timeout: Duration { min(answerTimeout, interval ?? answerTimeout) }

  /// When `due` has something to say; nil for never.
  var deadline: Duration? { answerDeadline ?? interval.map { lastSent + $0 } }

  func due(now: Duration) -> Due {
    guard let deadline, now >= deadline else { return .nothing }
    return answerDeadline == nil ? .ping : .giveUp
  }

  /// Any packet was put into the output [MQTT-3.1.2-23].
  mutating func packetSent(now: Duration) {
    lastSent = now
  }

  mutating func pingSent(now: Duration) {
    answerDeadline = now + timeout
  }

  /// The link lives, or nobody listens to it: PINGRESP has its whole time again.
  mutating func giveTime(now: Duration) {
    if answerDeadline != nil { answerDeadline = now + timeout }
  }

  /// - Returns: whether PINGRESP was awaited.
  mutating func answered() -> Bool {
    defer { answerDeadline = nil }
    return answerDeadline != nil
  }
}
