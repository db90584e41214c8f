/// SenML's units as Home Assistant spells them (developers.home-assistant.io, Sensor entity: the
/// units of each device class).
enum UnitTable {
  /// The unit that Home Assistant shows; nil for none. One that it has no word for stays SenML's.
  static func name(of unit: String) -> String? {
    for (senML, name) in units where senML == unit { return name.isEmpty ? nil : name }
    return unit
  }

  private static let units: [(String, String)] = [
    ("none", ""), ("/", ""), ("count", ""), ("pH", ""), ("lat", "\u{B0}"), ("lon", "\u{B0}"),
    ("Cel", "\u{B0}C"), ("deg", "\u{B0}"), ("%RH", "%"), ("/100", "%"), ("%EL", "%"),
    ("Ohm", "\u{3A9}"), ("m2", "m\u{B2}"), ("m3", "m\u{B3}"), ("l", "L"),
    ("m3/s", "m\u{B3}/s"), ("l/s", "L/s"), ("m/s2", "m/s\u{B2}"), ("W/m2", "W/m\u{B2}"),
    ("kg/m3", "kg/m\u{B3}"), ("ug/m3", "\u{B5}g/m\u{B3}"), ("beat/min", "bpm"),
    ("1/min", "rpm"), ("Bspl", "dB"),
  ]
}
