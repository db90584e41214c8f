public import Formulas

/// What a profile says of a device on an I2C bus.
public struct I2CProfile: Sendable {
  /// The addresses of 7 bits that the device can have, the usual one first.
  public internal(set) var addresses: [UInt8] = []
  /// The fastest clock that it understands, in Hz; nil where the profile does not say.
  public internal(set) var clockMax: Int?
  /// The check behind its answers; nil for none.
  public internal(set) var checksum: I2CChecksum?
  /// What can be chosen.
  public internal(set) var options: [I2COption] = []
  /// Its inputs; none where it has no several.
  public internal(set) var channels: [I2CChannel] = []
  /// The slots that a channel's own keys go to.
  public internal(set) var channelSlots: Range<Int> = 0..<0
  /// What tells it from others.
  public internal(set) var identity: [Identity] = []
  /// What is done once, before anything is read.
  public internal(set) var setup: [I2CStep] = []
  /// What is read once, behind the set-up.
  public internal(set) var constants: [I2CStep] = []
  /// What is done for each sample.
  public internal(set) var sample: [I2CStep] = []
  /// The slots of the fields that a sample reads.
  public internal(set) var sampleSlots: Range<Int> = 0..<0
  /// The parts of its formulas that have names.
  public internal(set) var formulas: FormulaSet
  /// The values that it has; as many as the profile's `points`.
  public internal(set) var points: [I2CPoint] = []
  /// The profile's own examples.
  public internal(set) var tests: [I2CTest] = []

  /// A question by which a device is known.
  public struct Identity: Sendable {
    /// The question and its right answer.
    public let probe: I2CProbe
    /// What wrong answers tell.
    public let hints: [(number: Int64, text: String)]
  }

  /// The fewest slots that its formulas need.
  public var slotCount: Int { formulas.slotCount }
}

/// One value of an I2C device: the formula that gives it.
public struct I2CPoint: Sendable {
  /// What readings show of it.
  public let shown: Point
  /// Index of the channel that it is of; nil for none.
  public let channel: Int?
  /// What it is.
  public let value: Formula
  /// Whether there is a value at all; nil for always.
  public let condition: Formula?
  /// Whether the value is at the end of what the device can measure; nil for never.
  public let saturation: Formula?
  /// Values outside of it become its nearest end.
  public let clamp: ClosedRange<Double>?
  /// Values outside of it are not believed.
  public let range: ClosedRange<Double>?
  /// What its number means.
  public let meaning: PointMeaning
}

extension DeviceProfile {
  /// What it says of a device on an I2C bus, which it must be for.
  public var i2c: I2CProfile {
    guard case .i2c(let profile) = body else { preconditionFailure("an I2C profile") }
    return profile
  }
}
