/// Which lines of a GPIO chip a device is.
public struct GPIOSite: Equatable, Sendable {
  /// Its lines, in the order of the profile's.
  public var lines: [Line]
  /// What the installation has chosen, in the order of the profile's options.
  public var options: [Double]

  /// A site from its parts.
  public init(lines: [Line], options: [Double]) {
    self.lines = lines
    self.options = options
  }

  /// A line, and how it is used.
  public struct Line: Equatable, Sendable {
    /// Which one it is.
    public let place: Place
    /// How it is used.
    public let settings: LineSettings

    /// A line from its parts.
    public init(place: Place, settings: LineSettings) {
      self.place = place
      self.settings = settings
    }
  }

  /// What a line is known by.
  public enum Place: Equatable, Sendable {
    /// Its number on the chip, from 0.
    case offset(UInt32)
    /// The name that the board's description gives it, e.g. "GPIO17".
    case name(String)

    /// In words.
    public var text: String {
      switch self {
      case .offset(let offset): "\(offset)"
      case .name(let name): name
      }
    }
  }
}
