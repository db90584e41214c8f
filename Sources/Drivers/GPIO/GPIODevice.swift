public import Configuration
internal import Formulas
public import Telemetry

/// One configured device on the lines of a GPIO chip; pure: edges and levels come in, samples go out.
public struct GPIODevice: Sendable {
  /// Its index in the configuration, which its samples bear.
  public let index: Int
  /// Its lines, and how they are to be taken.
  public let lines: [Line]
  /// The points that are read, one group an interval, in the order in which the profile first has it.
  public let groups: [MeasuredGroup]
  /// Where in time its turns are.
  public let timing: Sampling.Timing
  private let layout: MeasuredFormula.Layout
  private var states: [GPIOLineState]
  private var measures: [GPIOMeasure]
  /// The options, the points' last values, and what is measured for the point that is at hand.
  private var slots: [FormulaValue]
  /// The points whose totals are kept on disk, among those that are read.
  private let kept: [Int]
  /// The points' names, by which totals are kept.
  private let names: [String]

  /// A line that the device needs.
  public struct Line: Equatable, Sendable {
    /// Which one it is.
    public let place: GPIOSite.Place
    /// How it is used.
    public let settings: LineSettings
    /// The changes that must be seen.
    public let watched: LineSettings.Edges
    /// Whether levels that are read now and then are not enough.
    public let needsEdges: Bool
  }

  /// The device of a configuration.
  /// - Parameter index: its place in the configuration's `devices`.
  public init(configuration: Device, index: Int) {
    self.index = index
    timing = configuration.sampling.timing
    let profile = configuration.profile.gpio
    let site = configuration.gpio
    layout = profile.layout
    groups = MeasuredGroup.groups(
      of: configuration, inputs: profile.points.map { $0.formula?.inputs ?? [] })
    let steps = groups.flatMap { $0.steps.map { $0.point } }
    let used = steps.map { profile.points[$0] }
    kept = profile.points.indices.filter {
      profile.points[$0].saveEvery != nil && steps.contains($0)
    }
    lines = profile.lines.indices.map { index in
      let settings = site.lines[index].settings
      let measured = used.filter { $0.line == index && $0.measure != .nothing }
      let needsLevel = measured.contains { $0.measure == .level || $0.measure == .duty }
      return Line(
        place: site.lines[index].place, settings: settings,
        watched: needsLevel || settings.debounce > .zero ? .both : settings.edge,
        needsEdges: measured.contains { $0.measure != .level && $0.measure != .lost })
    }
    states = lines.map { GPIOLineState($0.settings, watchesBoth: $0.watched == .both) }
    measures = profile.points.map { GPIOMeasure($0) }
    names = configuration.profile.points.map { $0.name }
    slots = [FormulaValue](
      repeating: .missing(.input(MissingReason.notAvailable.rawValue)), count: layout.count)
    for (index, option) in site.options.enumerated() { slots[index] = .real(option) }
  }

  /// A line is held from now on.
  /// - Parameters:
  ///   - isActive: its level.
  ///   - isDebounced: whether the kernel makes clean edges of it.
  ///   - hasEdges: whether there are any; else the levels that are read are all that is known.
  public mutating func taken(
    line: Int, isActive: Bool, isDebounced: Bool, hasEdges: Bool = true, now: Duration
  ) {
    states[line].taken(isActive: isActive, isDebounced: isDebounced, hasEdges: hasEdges)
    noteDoubt(line)
    forEachMeasure(of: line) { $0.begin(isActive: isActive, at: now) }
  }

  /// A line cannot be held, or not any more.
  public mutating func failed(line: Int, _ reason: MissingReason) {
    states[line].failed(reason)
    forEachMeasure(of: line) { $0.end() }
  }

  /// Takes an edge of a line as the kernel gave it.
  /// - Returns: whether something that may be an alarm has changed.
  public mutating func take(_ edge: Edge, line: Int) -> Bool {
    let clean = states[line].take(edge)
    noteDoubt(line)
    return take(clean, line)
  }

  /// Edges of a line may be lost: the kernel had no room left for another.
  public mutating func suspectLoss(line: Int) {
    states[line].suspectLoss()
    noteDoubt(line)
  }

  /// Takes the level of a line as it was read, to find what no edge has told.
  public mutating func read(line: Int, isActive: Bool, now: Duration) -> Bool {
    let edge = states[line].read(isActive: isActive, now: now)
    noteDoubt(line)
    return take(edge, line)
  }

  /// Takes the levels that have stayed for long enough by now.
  /// - Returns: whether something that may be an alarm has changed.
  public mutating func settle(now: Duration) -> Bool {
    var isUrgent = false
    for line in states.indices where take(states[line].settle(now: now), line) { isUrgent = true }
    return isUrgent
  }

  /// When `settle` has something to do; nil for never.
  public var deadline: Duration? {
    var next: Duration?
    for state in states {
      if let time = state.deadline, next.map({ time < $0 }) ?? true { next = time }
    }
    return next
  }

  /// How many edges of its lines are known to be lost.
  public var edgesLost: UInt64 { states.reduce(0) { $0 + $1.loss.count } }

  private mutating func take(_ clean: Edge?, _ line: Int) -> Bool {
    guard let clean else { return false }
    let isPulse = states[line].isPulse(clean)
    forEachMeasure(of: line) { $0.take(clean, isPulse: isPulse) }
    return groups.contains { $0.isUrgent }
  }

  private mutating func noteDoubt(_ line: Int) {
    guard states[line].takeDoubt() else { return }
    forEachMeasure(of: line) { $0.note(.edgesMissed) }
  }

  private mutating func forEachMeasure(of line: Int, _ body: (inout GPIOMeasure) -> Void) {
    for index in measures.indices where measures[index].point.line == line {
      body(&measures[index])
    }
  }

  /// The values of a group as the edges so far have left them.
  /// - Parameters:
  ///   - unixMilliseconds: the wall clock's time for the sample.
  ///   - now: the time since boot for the sample.
  public mutating func sample(
    group: Int, unixMilliseconds: Int64, sinceBoot now: Duration
  ) -> Sample {
    let group = groups[group]
    var outcomes: [Outcome] = []
    var doubts: [Doubt?] = []
    var isDoubtful = false
    for step in group.steps {
      let outcome = evaluate(step.point, now: now)
      guard step.isShown else { continue }
      outcomes.append(outcome)
      doubts.append(measures[step.point].takeDoubt())
      if doubts.last != .some(nil) { isDoubtful = true }
    }
    return Sample(
      device: self.index, unixMilliseconds: unixMilliseconds, sinceBoot: now,
      channels: group.channels, outcomes: outcomes, doubts: isDoubtful ? doubts : [])
  }

  private mutating func evaluate(_ index: Int, now: Duration) -> Outcome {
    let point = measures[index].point
    let outcome: Outcome
    if point.measure != .nothing, let failure = states[point.line].failure, point.measure != .lost {
      outcome = .missing(failure)
    } else if let idle = point.idleValue, measures[index].isIdle(now: now) {
      outcome = .double(idle)
    } else {
      outcome = value(index, now: now)
    }
    slots[layout.slot(ofPoint: index)] = FormulaValue(outcome)
    return outcome
  }

  private mutating func value(_ index: Int, now: Duration) -> Outcome {
    let first = layout.slot(ofMeasured: 0)
    let point = measures[index].point
    let lost = states.isEmpty ? 0 : states[point.line].loss.count
    measures[index].measure(now: now, lost: lost, into: &slots, at: first)
    let value = point.formula?.formula.evaluate(slots.span) ?? slots[first]
    let isBoolean = point.formula.map { $0.formula.type == .boolean } ?? (point.measure == .level)
    let outcome = Outcome(value, isBoolean: isBoolean)
    if case .boolean(let isYes) = outcome { return .boolean(measures[index].held(isYes, now: now)) }
    return outcome.within(point.range)
  }
}

extension GPIODevice {
  /// The totals that are to be kept on disk, by the names of their points.
  public var keptTotals: [(name: String, total: UInt64)] {
    kept.map { (names[$0], measures[$0].counter.total) }
  }

  /// The least time in which a total is to be put on disk; nil where none is kept.
  public var saveInterval: Duration? { kept.compactMap { measures[$0].point.saveEvery }.min() }

  /// Goes on from the totals of an earlier run of the gateway.
  /// - Parameter kept: by the name of a point, its total, and what is to be told with its first value;
  ///   nil where there is none.
  public mutating func resume(_ kept: (_ name: String) -> (total: UInt64?, doubt: Doubt?)) {
    for index in self.kept {
      let (total, doubt) = kept(names[index])
      if let total { measures[index].resume(from: total) }
      if let doubt { measures[index].note(doubt) }
    }
  }
}
