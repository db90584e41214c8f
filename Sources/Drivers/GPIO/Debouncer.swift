/// Makes clean edges of a contact that bounces, as the kernel does where it can (Linux,
/// drivers/gpio/gpiolib-cdev.c, debounce_work_func): a level counts once it has stayed for a period,
/// and its edge is stamped with the time at which it had.
struct Debouncer: Sendable {
  /// How long a level must stay.
  let period: Duration
  /// The level that counts.
  private(set) var isActive: Bool
  /// Since when the line has had the other level.
  private var otherSince: Duration?

  init(period: Duration, isActive: Bool) {
    self.period = period
    self.isActive = isActive
  }

  /// Takes a change of the line's level.
  /// - Returns: the clean edge that had become one before, where there is one.
  mutating func take(_ edge: Edge) -> Edge? {
    let settled = settle(now: edge.time)
    // Where one in between is lost, the level comes twice, and its period begins anew.
    otherSince = edge.isRising == isActive ? nil : edge.time
    return settled
  }

  /// The clean edge of a level that has stayed for the period by now; nil where there is none.
  mutating func settle(now: Duration) -> Edge? {
    guard let deadline, deadline <= now else { return nil }
    isActive.toggle()
    otherSince = nil
    return Edge(isRising: isActive, time: deadline)
  }

  /// When a level will have stayed for long enough; nil where the line has the level that counts.
  var deadline: Duration? { otherSince.map { $0 + period } }
}
