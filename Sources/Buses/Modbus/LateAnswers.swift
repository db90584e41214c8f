/// The answers that may still come although nobody waits for them any more; pure, the time is an
/// argument.
///
/// RTU frames do not say which question they answer. An answer of another unit, function or length
/// is told from the right one by that. One of the same unit, function and length, but to a request
/// for other addresses, is not: before such a request the late answer has to come, or its time has
/// to pass.
struct LateAnswers: Sendable {
  /// A device that is later than twice its timeout has the wrong timeout.
  static let window = 2
  /// Only devices that were asked in the last few seconds are in it; a line has 247 at most.
  static let capacity = 32

  private var awaited: [(request: ModbusRequest, until: Duration)] = []

  /// Nothing has been asked yet.
  init() {}

  /// A request that was sent at `sent` has had no answer of its unit in time.
  mutating func missed(_ request: ModbusRequest, sent: Duration, timeout: Duration) {
    awaited.removeAll { $0.until <= sent || $0.request == request }
    if awaited.count == LateAnswers.capacity { awaited.removeFirst() }
    awaited.append((request, sent + timeout * LateAnswers.window))
  }

  /// A request has been answered. Where the same had been missed before, this may have been the
  /// answer to that, and the other is still to come.
  mutating func answered(_ request: ModbusRequest, sent: Duration, timeout: Duration) {
    if awaited.isEmpty { return }
    if awaited.contains(where: { $0.request == request && $0.until > sent }) {
      missed(request, sent: sent, timeout: timeout)
    }
  }

  /// Until when a late answer could be taken for one to `request`; nil where none can.
  func deadline(before request: ModbusRequest, now: Duration) -> Duration? {
    var deadline: Duration?
    for entry in awaited where entry.until > now && isMistakable(entry.request, request) {
      deadline = max(deadline ?? entry.until, entry.until)
    }
    return deadline
  }

  /// Whether a late answer to something else of the same unit and function may come: a refusal,
  /// which bears neither address nor length, could be to that.
  func hasOther(than request: ModbusRequest, now: Duration) -> Bool {
    awaited.contains {
      $0.until > now && $0.request != request && $0.request.unit == request.unit
        && $0.request.table == request.table
    }
  }

  /// Before `request` was sent, something came: perhaps the late answer, with its check.
  mutating func came(_ bytes: [UInt8], before request: ModbusRequest) {
    if bytes.isEmpty || awaited.isEmpty || !request.isAnswered(within: bytes) { return }
    if let index = awaited.firstIndex(where: { isMistakable($0.request, request) }) {
      awaited.remove(at: index)
    }
  }

  /// A late answer to the very same request is as good as one in time.
  private func isMistakable(_ asked: ModbusRequest, _ request: ModbusRequest) -> Bool {
    asked != request && asked.hasSameAnswer(as: request)
  }
}
