/// Names of units: the closed list of SenML, and `none` for a pure number.
///
/// What the list lacks is scaled to what it has: bar is Pa with `scale: 100000`, MWh is kWh with
/// `scale: 1000`.
enum UnitName {
  /// Reads a unit and gives it as SenML spells it.
  static func read(_ node: Node) throws(ConfigurationError) -> String {
    let what = "a unit such as V, kWh or none"
    let text = try node.text(what)
    for spelling in spellings where spelling.friendly == text { return spelling.name }
    // The list's own spelling: the Kelvin sign U+212A is equal to the letter K, but not the same.
    guard let name = names.first(where: { $0 == text }) else {
      let nearest = Suggestion.nearest(to: text, among: names).map { "did you mean '\($0)'?" }
      throw node.place.error(
        "unknown unit \(Excerpt.quoting(text)), \(nearest ?? "expected \(what)")")
    }
    return name
  }

  /// How people write some of them.
  private static let spellings: [(friendly: String, name: String)] = [
    ("\u{B0}C", "Cel"), ("\u{B0}", "deg"), ("\u{3A9}", "Ohm"), ("\u{2126}", "Ohm"),
    ("m\u{B2}", "m2"), ("m\u{B3}", "m3"), ("m\u{B3}/s", "m3/s"), ("m/s\u{B2}", "m/s2"),
    ("W/m\u{B2}", "W/m2"), ("kg/m\u{B3}", "kg/m3"),
    // The micro sign and the Greek letter look the same.
    ("\u{B5}g/m\u{B3}", "ug/m3"), ("\u{3BC}g/m\u{B3}", "ug/m3"),
    ("\u{B5}g/m3", "ug/m3"), ("\u{3BC}g/m3", "ug/m3"),
    ("\u{B5}g/l", "ug/l"), ("\u{3BC}g/l", "ug/l"),
  ]

  private static let names: [String] = [
    "none",
    // RFC 8428, 12.1.
    "m", "kg", "g", "s", "A", "K", "cd", "mol", "Hz", "rad", "sr", "N", "Pa", "J", "W", "C", "V",
    "F", "Ohm", "S", "Wb", "T", "H", "Cel", "lm", "lx", "Bq", "Gy", "Sv", "kat", "m2", "m3", "l",
    "m/s", "m/s2", "m3/s", "l/s", "W/m2", "cd/m2", "bit", "bit/s", "lat", "lon", "pH", "dB", "dBW",
    "Bspl", "count", "/", "%", "%RH", "%EL", "EL", "1/s", "1/min", "beat/min", "beats", "S/m",
    // RFC 8798, 2.
    "B", "VA", "VAs", "var", "vars", "J/m", "kg/m3", "deg",
    // RFC 8798, 3: the secondary units.
    "ms", "min", "h", "MHz", "kW", "kVA", "kvar", "Ah", "Wh", "kWh", "varh", "kvarh", "kVAh",
    "Wh/km", "KiB", "GB", "Mbit/s", "B/s", "MB/s", "mV", "mA", "dBm", "ug/m3", "mm/h", "m/h", "ppm",
    "/100", "/1000", "hPa", "mm", "cm", "km", "km/h",
    // Registered at IANA since.
    "NTU", "ppb", "ppt", "VAh", "mg/l", "ug/l", "g/l",
  ]
}
