/// One value of a device, as readings show it; how it is come by is the matter of its kind of bus.
public struct Point: Equatable, Sendable {
  /// The name that readings bear.
  public var name: String
  /// The unit by SenML's registry (RFC 8428, 12.1; RFC 8798), or "none".
  public var unit: String
  /// What is measured, e.g. "voltage".
  public var quantity: String?
  /// Digits after the decimal point in readings; nil for as many as tell the value apart.
  public var digits: Int?
  /// What its readings are.
  public var kind: PointKind
  /// Index of its class in the profile's `pollClasses`.
  public var pollClass: Int
  /// Whether it is there for other points' formulas only, or read only where a configuration names
  /// it.
  public var isHidden: Bool

  /// A point from its parts.
  public init(
    name: String, unit: String, quantity: String? = nil, digits: Int? = nil,
    kind: PointKind = .number, pollClass: Int = 0, isHidden: Bool = false
  ) {
    self.name = name
    self.unit = unit
    self.quantity = quantity
    self.digits = digits
    self.kind = kind
    self.pollClass = pollClass
    self.isHidden = isHidden
  }
}

/// What the readings of a point are.
public enum PointKind: Equatable, Sendable {
  /// A number.
  case number
  /// Yes or no.
  case boolean
  /// A text.
  case text
  /// A list of names.
  case texts
}

/// What the number of a point means.
public enum PointMeaning: Equatable, Sendable {
  /// What it says.
  case number
  /// Whether it is anything but 0.
  case truth
  /// One of some names.
  case labels(LabelTable)
  /// The names of its bits that are set.
  case flags(LabelTable)
}
