internal import Configuration

/// What Home Assistant calls a kind of value.
struct EntityClass: Equatable {
  /// How its numbers are kept for statistics.
  enum State: Equatable {
    /// A measurement of this moment.
    case measurement
    /// A total that goes up and down.
    case total
    /// A total that goes up, and begins again at times.
    case totalIncreasing

    var word: StaticString {
      switch self {
      case .measurement: "measurement"
      case .total: "total"
      case .totalIncreasing: "total_increasing"
      }
    }
  }

  /// The device class; nil for none.
  var name: String?
  /// The state class; nil for none.
  var state: State?

  /// The class of a point's numbers.
  static func number(_ point: Point) -> EntityClass {
    let quantity = point.quantity ?? usualQuantity(of: point.unit)
    let isTotal = totals.contains(quantity)
    var state = isTotal ? State.totalIncreasing : .measurement
    // What is taken out is taken away from it.
    if isTotal && hasWord("net", point.name) { state = .total }
    guard let row = table.first(where: { $0.quantity == quantity && $0.units.contains(point.unit) })
    else {
      return EntityClass(name: nil, state: quantity == "unix_time" ? nil : state)
    }
    // An angle has no mean that means anything.
    return EntityClass(name: row.name, state: row.name == "wind_direction" ? nil : state)
  }

  /// The class of a point that is yes or no.
  static func truth(_ point: Point) -> EntityClass {
    let name = point.quantity.flatMap { binaryClasses.contains($0) ? $0 : nil }
    return EntityClass(name: name, state: nil)
  }

  /// The class of what was worked out of the values of a class.
  func of(_ aggregate: Sampling.Aggregate) -> EntityClass {
    switch aggregate {
    case .last: self
    case .min, .max, .mean, .timeWeightedMean:
      // The mean of a meter's readings is no reading of the meter.
      state == .measurement ? self : EntityClass(name: nil, state: nil)
    case .sum, .count: EntityClass(name: nil, state: .measurement)
    }
  }

  /// What a unit stands for where the profile does not say more.
  private static func usualQuantity(of unit: String) -> String {
    for row in usual where row.unit == unit { return row.quantity }
    return ""
  }

  private static func hasWord(_ word: String, _ name: String) -> Bool {
    name.utf8.split(separator: UInt8(ascii: "_")).contains { $0.elementsEqual(word.utf8) }
  }

  private static let usual: [(unit: String, quantity: String)] = [
    ("V", "voltage"), ("mV", "voltage"), ("A", "current"), ("mA", "current"), ("W", "power"),
    ("kW", "power"), ("VA", "apparent_power"), ("var", "reactive_power"), ("Wh", "energy"),
    ("kWh", "energy"), ("Hz", "frequency"), ("Cel", "temperature"), ("%RH", "humidity"),
    ("lx", "illuminance"), ("Pa", "pressure"), ("hPa", "pressure"), ("W/m2", "irradiance"),
    ("mm/h", "precipitation_intensity"),
  ]

  private static let totals = [
    "energy", "reactive_energy", "apparent_energy", "volume", "water", "gas", "precipitation",
    "charge",
  ]

  /// The device classes of sensors by the quantities of profiles, where the unit is one that all
  /// versions of Home Assistant with device discovery allow.
  private static let table: [(quantity: String, units: [String], name: String)] = [
    ("temperature", ["Cel", "K"], "temperature"), ("humidity", ["%RH", "%"], "humidity"),
    ("moisture", ["%"], "moisture"), ("battery", ["%", "%EL"], "battery"),
    ("voltage", ["V", "mV"], "voltage"), ("current", ["A", "mA"], "current"),
    ("power", ["W", "kW"], "power"), ("apparent_power", ["VA"], "apparent_power"),
    ("reactive_power", ["var"], "reactive_power"), ("energy", ["Wh", "kWh", "J"], "energy"),
    ("frequency", ["Hz", "MHz"], "frequency"),
    ("power_factor", ["none", "%", "/", "/100"], "power_factor"),
    ("illuminance", ["lx"], "illuminance"), ("irradiance", ["W/m2"], "irradiance"),
    ("atmospheric_pressure", ["Pa", "hPa"], "atmospheric_pressure"),
    ("pressure", ["Pa", "hPa"], "pressure"), ("wind_speed", ["m/s", "km/h"], "wind_speed"),
    ("wind_direction", ["deg"], "wind_direction"), ("speed", ["m/s", "km/h"], "speed"),
    ("volume", ["l", "m3"], "volume"), ("water", ["l", "m3"], "water"), ("gas", ["m3"], "gas"),
    ("volume_flow", ["l/s", "m3/s"], "volume_flow_rate"),
    ("precipitation", ["mm", "cm"], "precipitation"),
    ("precipitation_intensity", ["mm/h"], "precipitation_intensity"),
    ("carbon_dioxide", ["ppm"], "carbon_dioxide"), ("carbon_monoxide", ["ppm"], "carbon_monoxide"),
    ("pm1", ["ug/m3"], "pm1"), ("pm25", ["ug/m3"], "pm25"), ("pm10", ["ug/m3"], "pm10"),
    ("distance", ["m", "mm", "cm", "km"], "distance"), ("weight", ["kg", "g"], "weight"),
    ("duration", ["s", "ms", "min", "h"], "duration"),
    ("signal_strength", ["dB", "dBm"], "signal_strength"), ("ph", ["pH"], "ph"),
  ]

  /// The device classes of binary sensors that a quantity may name.
  private static let binaryClasses = [
    "battery_charging", "carbon_monoxide", "cold", "connectivity", "door", "garage_door", "gas",
    "heat", "light", "lock", "moisture", "motion", "moving", "occupancy", "opening", "plug",
    "power", "presence", "problem", "running", "safety", "smoke", "sound", "tamper", "vibration",
    "window",
  ]
}
