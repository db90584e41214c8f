/// How the number of a counting point goes on.
public struct PointCounter: Equatable, Sendable {
  /// After how many bits it begins again from 0; nil where it never does, or nobody knows.
  public var bits: UInt8?
  /// When it is set back to 0.
  public var resets: Resets
  /// The most that it may have grown from one reading to the next, in the point's unit; nil for
  /// any amount.
  public var stepMax: Double?

  /// A counter from its parts.
  public init(bits: UInt8?, resets: Resets, stepMax: Double?) {
    self.bits = bits
    self.resets = resets
    self.stepMax = stepMax
  }

  /// When a counter is set back.
  public enum Resets: UInt8, Equatable, Sendable, CaseIterable {
    /// Never; a smaller number is a rollover or a fault.
    case never
    /// When the device is switched on.
    case powerOn
    /// Every day.
    case daily
    /// Every month.
    case monthly
    /// Every year.
    case yearly
    /// When somebody does it.
    case manual
  }
}
