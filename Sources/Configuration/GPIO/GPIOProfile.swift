/// What a profile says of a device on the lines of a GPIO chip.
public struct GPIOProfile: Sendable {
  /// The lines that it needs.
  public let lines: [Line]
  /// What the installation may choose.
  public let options: [NumberOption]
  /// How each value is come by; as many as the profile's `points`.
  public let points: [GPIOPoint]
  /// Where in the formulas' slots things are.
  public let layout: MeasuredFormula.Layout
  /// The profile's own examples.
  public let tests: [GPIOTest]

  /// A line that a device needs.
  public struct Line: Equatable, Sendable {
    /// What the profile calls it.
    public let name: String
    /// How it is used where the installation says nothing.
    public let settings: LineSettings
  }
}

/// How the value of a point is come by.
public struct GPIOPoint: Sendable {
  /// What is measured.
  public var measure: Measure
  /// Index in the profile's `lines` of the line on which that is done; 0 where nothing is.
  public var line = 0
  /// What makes the value of it; nil where it is the value.
  public var formula: MeasuredFormula?
  /// The time over which pulses are counted.
  public var window = Duration.zero
  /// After so long without a pulse there is none to measure.
  public var idle = Duration.zero
  /// What the value is then; nil for none.
  public var idleValue: Double?
  /// For how long yes stays yes.
  public var hold = Duration.zero
  /// How often its total is put on disk where it has changed; nil where it is kept in memory only.
  public var saveEvery: Duration?
  /// Values outside of it are not believed.
  public var range: ClosedRange<Double>?

  /// What can be measured on a line.
  public enum Measure: Equatable, Sendable, CaseIterable {
    /// Whether it is active.
    case level
    /// How many pulses there were.
    case count
    /// How many pulses there were lately.
    case rate
    /// The time between the last two pulses.
    case interval
    /// Pulses by the time that they took.
    case frequency
    /// The part of the time in which it was active.
    case duty
    /// How many changes of its level were missed.
    case lost
    /// Nothing: there is a formula only.
    case nothing
  }
}

/// An example in a profile: changes of levels, and the values that they mean.
public struct GPIOTest: Sendable {
  /// What it is an example of.
  public let name: String
  /// Changes of levels, by line, the time from the example's beginning.
  public let edges: [Change]
  /// When the values are read.
  public let end: Duration
  /// The options' values.
  public let options: [Double]
  /// The values that must come out.
  public let expectations: [ProfileTest.Expectation]

  /// A change of a line's level.
  public struct Change: Equatable, Sendable {
    /// Index in the profile's `lines`.
    public let line: Int
    /// When.
    public let time: Duration
    /// Whether the line becomes active.
    public let isRising: Bool
  }
}
