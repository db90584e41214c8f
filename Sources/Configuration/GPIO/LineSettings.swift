/// How a line of a GPIO chip is used.
public struct LineSettings: Equatable, Sendable {
  /// What holds the line while nothing drives it.
  public var bias = Bias.asIs
  /// Whether a low voltage means that it is active.
  public var isActiveLow = false
  /// Which changes of its level count as pulses.
  public var edge = Edges.rising
  /// How long a level must stay before it counts; zero for no time.
  public var debounce = Duration.zero
  /// A pulse counts only so long after the one before; zero for always.
  public var gap = Duration.zero

  /// A line that is taken as it is.
  public init() {}

  /// What holds a line while nothing drives it.
  public enum Bias: Equatable, Sendable, CaseIterable {
    /// What is set already, by the board's own description perhaps.
    case asIs
    /// Nothing.
    case disabled
    /// A resistor to the supply.
    case pullUp
    /// A resistor to ground.
    case pullDown
  }

  /// Changes of a line's level.
  public enum Edges: Equatable, Sendable, CaseIterable {
    /// From inactive to active.
    case rising
    /// From active to inactive.
    case falling
    /// Both.
    case both
  }
}

extension LineSettings {
  static let keys = ["bias", "active", "edge", "debounce", "min_interval"]

  /// A contact that is at rest after a minute is no contact; libgpiod has microseconds in 32 bits.
  private static let debounceMax: Duration = .seconds(60)
  private static let gapMax: Duration = .seconds(3_600)
  /// The kernel counts whole microseconds; a shorter time than a millisecond is no mechanics.
  private static let least: Duration = .milliseconds(1)

  /// Takes what a mapping says, and leaves the rest as it is.
  mutating func read(_ mapping: Mapping) throws(ConfigurationError) {
    if let node = mapping["bias"] {
      bias = try node.choice(Bias.allCases.map { ($0.word, $0) })
    }
    if let node = mapping["active"] {
      isActiveLow = try node.choice([("high", false), ("low", true)])
    }
    if let node = mapping["edge"] {
      edge = try node.choice([("rising", .rising), ("falling", .falling), ("both", .both)])
    }
    if let node = mapping["debounce"] {
      debounce = try node.duration(
        in: LineSettings.least...LineSettings.debounceMax, allowsZero: true)
    }
    if let node = mapping["min_interval"] {
      gap = try node.duration(in: LineSettings.least...LineSettings.gapMax, allowsZero: true)
    }
  }
}

extension LineSettings.Bias {
  fileprivate var word: String {
    switch self {
    case .asIs: "as-is"
    case .disabled: "disabled"
    case .pullUp: "pull-up"
    case .pullDown: "pull-down"
    }
  }
}
