/// What readings call one value of a device, and how they write it.
public struct Channel: Equatable, Sendable {
  /// The key in readings.
  public let name: String
  /// Digits after the decimal point; nil for as many as tell the value apart.
  public let digits: Int?
  /// The unit by SenML's registry (RFC 8428, 12.1; RFC 8798), or "none".
  public let unit: String
  /// Its place among the channels of its device, which the device's rules go by.
  public let index: Int
  /// Whether the unit is one that SenML takes only from version 26 on.
  let hasSecondaryUnit: Bool

  /// A channel from its parts.
  public init(name: String, digits: Int?, unit: String, index: Int = 0) {
    self.name = name
    self.digits = digits
    self.unit = unit
    self.index = index
    hasSecondaryUnit = Channel.secondaryUnits.contains(unit)
  }

  /// SenML's registry of secondary units (RFC 8798, 3, and IANA since).
  private static let secondaryUnits: [String] = [
    "ms", "min", "h", "MHz", "kW", "kVA", "kvar", "Ah", "Wh", "kWh", "varh", "kvarh", "kVAh",
    "Wh/km", "KiB", "GB", "Mbit/s", "B/s", "MB/s", "mV", "mA", "dBm", "ug/m3", "mm/h", "m/h",
    "ppm", "/100", "/1000", "hPa", "mm", "cm", "km", "km/h",
    "ppb", "ppt", "VAh", "mg/l", "ug/l", "g/l",
  ]
}
