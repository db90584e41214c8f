internal import Configuration
internal import Telemetry

/// What is known of a line from its edges.
struct GPIOLineState: Sendable {
  let settings: LineSettings
  private(set) var loss: EdgeLoss
  private var gate: PulseGate
  /// The level before debouncing; nil while it is not known.
  private var raw: Bool?
  /// Whether a level was read that no edge has told of.
  private var isOutOfStep = false
  private var debouncer: Debouncer?
  /// Whether levels that are read are all that is known of it.
  private var isPolled = false
  /// Why nothing is known of it; nil while it is held.
  private(set) var failure: MissingReason? = .busError
  private var wasHeld = false

  init(_ settings: LineSettings, watchesBoth: Bool) {
    self.settings = settings
    loss = EdgeLoss(alternates: watchesBoth)
    gate = PulseGate(gap: settings.gap)
  }

  /// The line is held from now on.
  /// - Parameters:
  ///   - isDebounced: whether the kernel makes clean edges of it.
  ///   - hasEdges: whether there are any.
  mutating func taken(isActive: Bool, isDebounced: Bool, hasEdges: Bool) {
    isPolled = !hasEdges
    raw = isActive
    isOutOfStep = false
    failure = nil
    debouncer =
      isDebounced || isPolled || settings.debounce == .zero
      ? nil : Debouncer(period: settings.debounce, isActive: isActive)
    loss.begin()
    if wasHeld { loss.suspect() }
    wasHeld = true
  }

  /// The line is not held any more, or cannot be.
  mutating func failed(_ reason: MissingReason) {
    failure = reason
    raw = nil
    debouncer = nil
  }

  /// The level that counts; nil while it is not known.
  var isActive: Bool? { debouncer?.isActive ?? raw }

  /// Takes an edge as the kernel gave it.
  /// - Returns: the clean edge that this makes known.
  mutating func take(_ edge: Edge) -> Edge? {
    guard failure == nil else { return nil }
    loss.take(edge)
    isOutOfStep = false
    raw = edge.isRising
    return debouncer == nil ? edge : debouncer?.take(edge)
  }

  /// The clean edge of a level that has stayed for long enough by now.
  mutating func settle(now: Duration) -> Edge? { debouncer?.settle(now: now) }

  /// When the next clean edge will be known without another one; nil for never.
  var deadline: Duration? { debouncer?.deadline }

  /// Takes the level as it was read. One that no edge tells of until the next time it is read is that
  /// of a lost edge.
  /// - Returns: the clean edge that stands for the lost one.
  mutating func read(isActive: Bool, now: Duration) -> Edge? {
    guard let raw, raw != isActive, isPolled || loss.alternates else {
      isOutOfStep = false
      return nil
    }
    if isPolled {
      self.raw = isActive
      return Edge(isRising: isActive, time: now)
    }
    guard isOutOfStep else {
      isOutOfStep = true
      return nil
    }
    isOutOfStep = false
    loss.lose(1)
    loss.begin()
    self.raw = isActive
    let edge = Edge(isRising: isActive, time: now)
    return debouncer == nil ? edge : debouncer?.take(edge)
  }

  /// Whether a clean edge is a pulse that counts.
  mutating func isPulse(_ edge: Edge) -> Bool {
    let isWanted =
      switch settings.edge {
      case .rising: edge.isRising
      case .falling: !edge.isRising
      case .both: true
      }
    return isWanted && gate.passes(edge.time)
  }

  /// Edges may be lost: the kernel had no room left for another.
  mutating func suspectLoss() { loss.suspect() }

  /// Whether edges were lost, or may have been, since the last call.
  mutating func takeDoubt() -> Bool { loss.takeDoubt() }
}
