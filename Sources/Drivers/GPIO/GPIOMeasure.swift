internal import Configuration
internal import Formulas
internal import Telemetry

/// What is measured for one point, from the clean edges of its line.
struct GPIOMeasure: Sendable {
  let point: GPIOPoint
  private(set) var counter = PulseCounter()
  private var window: RateWindow?
  private var timing = PulseTiming()
  private var activity = ActiveTime()
  private var lastYes: Duration?
  /// What is to be told with its next value.
  private var doubt: Doubt?

  init(_ point: GPIOPoint) {
    self.point = point
    if point.measure == .rate { window = RateWindow(length: point.window) }
  }

  /// Goes on from what an earlier run of the gateway has counted.
  mutating func resume(from total: UInt64) { counter.resume(from: total) }

  /// Something is to be told with the next value; of two things the worse.
  mutating func note(_ doubt: Doubt) {
    guard point.measure != .nothing, point.measure != .level, point.measure != .lost else { return }
    if let known = self.doubt, known.rawValue >= doubt.rawValue { return }
    self.doubt = doubt
  }

  /// What is to be told, once.
  mutating func takeDoubt() -> Doubt? {
    defer { doubt = nil }
    return doubt
  }

  /// The line is held from now on, with this level.
  mutating func begin(isActive: Bool?, at time: Duration) {
    timing.begin()
    activity.forget()
    if let isActive { activity.set(isActive, at: time) }
  }

  /// Nothing is known of the line any more.
  mutating func end() { activity.forget() }

  /// Takes a clean edge.
  mutating func take(_ edge: Edge, isPulse: Bool) {
    activity.set(edge.isRising, at: edge.time)
    guard isPulse else { return }
    counter.take()
    window?.take(at: edge.time)
    timing.take(at: edge.time)
  }

  /// Puts what is measured where the point's formula looks for it.
  /// - Parameter lost: edges of the line that are known to be lost.
  mutating func measure(
    now: Duration, lost: UInt64, into slots: inout [FormulaValue], at first: Int
  ) {
    switch point.measure {
    case .nothing: break
    case .level:
      let level = activity.level(now: now, hold: point.hold)
      slots[first] =
        level.map { .integer($0 ? 1 : 0) }
        ?? .missing(.input(MissingReason.notAvailable.rawValue))
    case .count: slots[first] = .integer(Int64(clamping: counter.total))
    case .lost: slots[first] = .integer(Int64(clamping: lost))
    case .rate:
      let count = Double(window?.count(now: now) ?? 0)
      let perSecond = count / point.window.seconds
      slots[first] = .real(perSecond)
      slots[first + 1] = .real(perSecond * 60)
      slots[first + 2] = .real(perSecond * 3_600)
    case .interval: slots[first] = GPIOMeasure.value(timing.interval(now: now, idle: point.idle))
    case .frequency: slots[first] = GPIOMeasure.value(timing.frequency(now: now, idle: point.idle))
    case .duty: slots[first] = GPIOMeasure.value(activity.duty(now: now))
    }
  }

  /// Whether there are no pulses to measure, so that the point has its value for that.
  mutating func isIdle(now: Duration) -> Bool {
    switch point.measure {
    case .rate: return window?.count(now: now) == 0
    case .interval, .frequency:
      guard let last = timing.last else { return true }
      return now - last > point.idle
    case .level, .count, .duty, .lost, .nothing: return false
    }
  }

  /// Keeps a yes for as long as the point holds it. A level is held by its own edges already.
  mutating func held(_ value: Bool, now: Duration) -> Bool {
    guard point.hold > .zero, point.measure != .level else { return value }
    if value { lastYes = now }
    guard let lastYes else { return false }
    return now - lastYes <= point.hold
  }

  private static func value(_ number: Double?) -> FormulaValue {
    number.map { .real($0) } ?? .missing(.input(MissingReason.notAvailable.rawValue))
  }
}
