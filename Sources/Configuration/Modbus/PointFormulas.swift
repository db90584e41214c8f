public import Formulas

/// The formulas of a point, and what they need.
///
/// Slot 0 is the point's own raw number, slot n the value of the nth of `inputs`.
public final class PointFormulas: Sendable, Equatable {
  /// What the value is; nil where the registers say it.
  public let value: Formula?
  /// Whether there is a value at all; nil for always.
  public let condition: Formula?
  /// The points whose values are needed, by their index in the profile.
  public let inputs: [UInt16]
  /// Formulas are evaluated by rising rank, so that a point's inputs come before it.
  public let rank: UInt16
  private let texts: [String]

  init(
    value: Formula?, condition: Formula?, inputs: [UInt16], rank: UInt16, texts: [String]
  ) {
    self.value = value
    self.condition = condition
    self.inputs = inputs
    self.rank = rank
    self.texts = texts
  }

  /// Formulas are equal when their texts and inputs are.
  public static func == (one: PointFormulas, other: PointFormulas) -> Bool {
    one.texts == other.texts && one.inputs == other.inputs
  }
}
