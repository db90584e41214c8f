/// For how long a line has been active.
struct ActiveTime: Sendable {
  /// The level now; nil while it is not known.
  private(set) var isActive: Bool?
  /// When it was last active; nil where it never was.
  private var lastActive: Duration?
  private var since: Duration = .zero
  /// The present measurement of the duty.
  private var measured: (active: Duration, began: Duration)?

  /// The level from now on.
  mutating func set(_ isActive: Bool, at time: Duration) {
    let time = max(time, since)
    if measured == nil { measured = (.zero, time) }
    if self.isActive == true {
      measured?.active += time - since
      lastActive = time
    }
    if isActive { lastActive = time }
    self.isActive = isActive
    since = time
  }

  /// The level is not known any more.
  mutating func forget() {
    isActive = nil
    measured = nil
  }

  /// Whether it is active, or was within `hold`; nil where that is not known.
  func level(now: Duration, hold: Duration) -> Bool? {
    guard let isActive else { return nil }
    if isActive { return true }
    guard hold > .zero, let lastActive else { return false }
    return now - lastActive <= hold
  }

  /// The part of the time since the last call in which it was active, from 0 to 1; nil where that is
  /// not known.
  mutating func duty(now: Duration) -> Double? {
    guard let isActive else { return nil }
    set(isActive, at: now)
    guard let (active, began) = measured, now > began else { return nil }
    measured = (.zero, now)
    return active.seconds / (now - began).seconds
  }
}
