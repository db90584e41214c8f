import Formulas
import Testing

/// Formulas of data sheets with the values that the sheets, or others' tests, print.
struct DeviceFormulaTests {
  private static let bme280: [(name: String, text: String)] = [
    (name: "temperature", text: "t_fine / 5120"),
    ("pressure", "p_e + (P9*p_e**2/2147483648 + p_e*P8/32768 + P7)/16"),
    ("humidity", "clamp(h_b * (1 - H1*h_b/524288), 0, 100)"),
    (
      "h_b",
      "(raw_h - (H4*64 + H5/16384*h_a)) * (H2/65536 * (1 + H6/67108864*h_a*(1 + H3/67108864*h_a)))"
    ),
    ("h_a", "t_fine - 76800"),
    ("p_e", "(1048576 - raw_p - p_c/4096) * 6250 / p_d"),
    ("p_d", "(1 + (P3*p_a**2/524288 + P2*p_a)/524288/32768) * P1"),
    ("p_c", "p_b/4 + P4*65536"),
    ("p_b", "p_a**2*P6/32768 + p_a*P5*2"),
    ("p_a", "t_fine/2 - 64000"),
    ("t_fine", "t_a + t_b"),
    ("t_b", "(raw_t/131072 - T1/8192)**2 * T3"),
    ("t_a", "(raw_t/16384 - T1/1024) * T2"),
  ]

  /// The registers of periph's bmx280 test, put together as the data sheet tells (4.2.2, 4.2.3).
  private static var capture: Names {
    Names([
      "T1": .integer(0x6E10), "T2": .integer(0x666C), "T3": .integer(0x0032),
      "P1": .integer(0x955D), "P2": .integer(0xD5B8 - 0x10000), "P3": .integer(0x0BD0),
      "P4": .integer(0x1E77), "P5": .integer(0xFF9D - 0x10000), "P6": .integer(0xFFF9 - 0x10000),
      "P7": .integer(0x26AC), "P8": .integer(0xD80A - 0x10000), "P9": .integer(0x10BD),
      "H1": .integer(0x4B), "H2": .integer(0x016E), "H3": .integer(0), "H4": .integer(0x135),
      "H5": .integer(0), "H6": .integer(0x1E),
      "raw_p": .integer(0x4A52C), "raw_t": .integer(0x8096C), "raw_h": .integer(0x7A76),
    ])
  }

  /// What a set gives over names, by the definitions' names.
  private func results(
    _ definitions: [(name: String, text: String)], _ names: Names
  ) throws -> [String: FormulaValue] {
    let set = try FormulaSet(definitions, firstSlot: names.values.count, in: names.scope)
    var slots = names.values
    slots += [FormulaValue](
      repeating: .missing(.input(0)), count: set.slotCount - names.values.count)
    var span = slots.mutableSpan
    set.evaluate(&span)
    var results: [String: FormulaValue] = [:]
    for (index, definition) in definitions.enumerated() {
      results[definition.name] = slots[set.firstSlot + index]
    }
    return results
  }

  @Test func `BME280: the capture of periph's tests`() throws {
    let results = try results(Self.bme280, Self.capture)
    #expect(abs(try #require(results["temperature"]).number - 23.72) <= 0.005)
    #expect(abs(try #require(results["pressure"]).number - 100942.7) <= 0.3)
    #expect(abs(try #require(results["humidity"]).number - 65.31) <= 0.005)
    // The double precision code of Bosch's BME280_SensorAPI, in Python.
    #expect(abs(try #require(results["pressure"]).number - 100942.96554834572) <= 1e-6)
  }

  /// Data sheet BMP280 3.12: 25.08 °C and 100653.27 Pa, t_fine 128422.
  @Test func `BMP280: the example of the data sheet`() throws {
    let names = Names([
      "T1": .integer(27504), "T2": .integer(26435), "T3": .integer(-1000),
      "P1": .integer(36477), "P2": .integer(-10685), "P3": .integer(3024), "P4": .integer(2855),
      "P5": .integer(140), "P6": .integer(-7), "P7": .integer(15500), "P8": .integer(-14600),
      "P9": .integer(6000), "raw_p": .integer(415148), "raw_t": .integer(519888),
    ])
    let needed = Self.bme280.filter { !$0.name.hasPrefix("h") }
    let results = try results(needed, names)
    #expect(abs(try #require(results["t_fine"]).number - 128422) <= 1)
    #expect(abs(try #require(results["temperature"]).number - 25.08) <= 0.005)
    #expect(abs(try #require(results["pressure"]).number - 100653.27) <= 0.05)
  }

  @Test func `BME280: without a pressure the others still have their values`() throws {
    var values = Self.capture.values
    values[18] = .missing(.input(9))
    let names = Self.capture.names
    let scope = FormulaScope { name in names.firstIndex(of: name).map { .slot($0, .integer) } }
    let set = try FormulaSet(Self.bme280, firstSlot: values.count, in: scope)
    values += [FormulaValue](repeating: .integer(0), count: set.slotCount - values.count)
    var span = values.mutableSpan
    set.evaluate(&span)
    #expect(values[set.firstSlot + 1] == .missing(.input(9)))
    #expect(abs(values[set.firstSlot].number - 23.72) <= 0.005)
    #expect(abs(values[set.firstSlot + 2].number - 65.31) <= 0.005)
  }

  /// Data sheet appendix B; maximum times in ms for the oversamplings of temperature, pressure and
  /// humidity.
  @Test(
    arguments: [(1, 1, 1, 9.3), (2, 16, 1, 46.1), (1, 0, 0, 3.55)]
      as [(Int64, Int64, Int64, Double)])
  func `BME280: the time of a conversion is constant when the options are known`(
    t: Int64, p: Int64, h: Int64, milliseconds: Double
  ) throws {
    var names = Names()
    names.constants = ["t_os": .integer(t), "p_os": .integer(p), "h_os": .integer(h)]
    names.call = { function, argument in
      function == "ms" ? .scaled(by: .real(1e6)) : nil
    }
    let formula = try Formula(
      "ms(1.25 + 2.3*t_os + if(p_os, 2.3*p_os + 0.575, 0) + if(h_os, 2.3*h_os + 0.575, 0))",
      in: names.scope)
    guard case .real(let nanoseconds) = formula.constant else {
      Issue.record("not constant")
      return
    }
    #expect(abs(nanoseconds - milliseconds * 1e6) < 1)
  }

  @Test(
    arguments: [
      ("-45 + 175*raw/65535", 0xBEEF, 85.523, 0.001),
      ("100*raw/65535", 0xBEEF, 74.5845, 0.0001),
      ("-45 + 175*raw/65535", 0x40E9, -0.6273, 0.002),
      ("-45 + 175*raw/65535", 0xFFFF, 130, 0),
      ("clamp(-6 + 125*raw/65535, 0, 100)", 0xFFFF, 100, 0),
      ("clamp(-6 + 125*raw/65535, 0, 100)", 0x8000, 56.501, 0.001),
      ("-45 + 175*raw/65535", 0x6667, 25, 0.005),
      ("100*raw/65535", 0x5EB9, 37, 0.002),
      ("raw", 0x01F4, 500, 0),
    ] as [(String, Int64, Double, Double)])
  func `Sensirion: SHT3x, SHT4x and SCD4x`(
    text: String, raw: Int64, value: Double, tolerance: Double
  ) throws {
    let result = try Names(["raw": .integer(raw)]).evaluate(text).number
    #expect(abs(result - value) <= tolerance)
  }

  @Test(
    arguments: [
      (0x4000, 4.096, 2.048), (1, 6.144, 0.0001875), (-1, 0.256, -0.0000078125),
      (-32768, 6.144, -6.144), (1, 4.096, 0.000125), (0, 4.096, 0),
    ] as [(Int64, Double, Double)])
  func `ADS1115: counts to volts`(raw: Int64, fullScale: Double, volts: Double) throws {
    var names = Names(["raw": .integer(raw)])
    names.constants["full_scale"] = .real(fullScale)
    #expect(abs(try names.evaluate("raw * full_scale / 32768").number - volts) < 1e-12)
    let isSaturated = try names.evaluate("raw == 32767 or raw == -32768")
    #expect(isSaturated == .integer(raw == -32768 ? 1 : 0))
  }

  /// C383 by the layout of the TI data sheet, 93A3 and 97C3 from gobot's tests.
  @Test(
    arguments: [(4, 1, 4, 0xC383), (6, 5, 4, 0xEB83), (1, 1, 5, 0x93A3), (1, 3, 6, 0x97C3)]
      as [(Int64, Int64, Int64, Int64)])
  func `ADS1115: the configuration word`(
    mux: Int64, gain: Int64, rate: Int64, word: Int64
  ) throws {
    var names = Names()
    names.constants["channel.mux"] = .integer(mux)
    names.call = { function, argument in
      switch (function, argument) {
      case ("code", "full_scale"): .symbol(.constant(.integer(gain)))
      case ("code", "rate"): .symbol(.constant(.integer(rate)))
      case ("code", .some): .unknownName
      case ("u16be", nil): .scaled(by: .integer(1))
      default: nil
      }
    }
    let formula = try Formula(
      "u16be(0x8000 | channel.mux << 12 | code(full_scale) << 9 | 0x0100 | code(rate) << 5 | 3)",
      in: names.scope)
    #expect(formula.constant == .integer(word))
  }

  @Test(
    arguments: [
      (100, -2, 1.0), (500, 1, 5000), (-250, -1, -25), (2071, 2, 207100), (0, -2, 0),
      (163, -1, 16.3),
      (2071, -2, 20.71),
    ] as [(Int64, Int64, Double)])
  func `SunSpec: a scale factor that comes with the value`(
    raw: Int64, factor: Int64, value: Double
  ) throws {
    let names = Names(["raw": .integer(raw), "sf": .integer(factor)])
    #expect(abs(try names.evaluate("raw * 10**sf").number - value) <= 1e-9)
  }

  /// BMP180 data sheet 3.5, in its integers: UT 27898, UP 23843, oss 0 give 150 and 69964.
  @Test func `BMP180: a chain of integers`() throws {
    let names = Names([
      "AC1": .integer(408), "AC2": .integer(-72), "AC3": .integer(-14383), "AC4": .integer(32741),
      "AC5": .integer(32757), "AC6": .integer(23153), "B1": .integer(6190), "B2": .integer(4),
      "MC": .integer(-8711), "MD": .integer(2868), "UT": .integer(27898), "UP": .integer(23843),
    ])
    let results = try results(
      [
        (name: "pressure", text: "p + (x1 + x2 + 3791 >> 4)"),
        ("x1", "(p >> 8)**2 * 3038 >> 16"), ("x2", "-7357 * p >> 16"),
        ("p", "trunc(if(B7 < 0x80000000, B7 * 2 / B4, B7 / B4 * 2))"),
        ("B7", "(UP - B3) * 50000"), ("B4", "AC4 * (x3p + 32768) >> 15"),
        ("x3p", "(AC3 * B6 >> 13) + (B1 * (B6**2 >> 12) >> 16) + 2 >> 2"),
        ("B3", "trunc((AC1 * 4 + x3 + 2) / 4)"),
        ("x3", "(B2 * (B6**2 >> 12) >> 11) + (AC2 * B6 >> 11)"),
        ("B6", "B5 - 4000"), ("temperature", "B5 + 8 >> 4"),
        ("B5", "t1 + trunc(MC * 2048 / (t1 + MD))"), ("t1", "(UT - AC6) * AC5 >> 15"),
      ], names)
    #expect(results["temperature"] == .integer(150))
    #expect(results["pressure"] == .integer(69964))
  }

  /// 10 kΩ at 25 °C and B 3950: 32.65 kΩ at 0 °C by the beta formula; the table is on that curve.
  @Test func `tables: exactly, nearest and between`() throws {
    var names = Names(["k": .real(20), "code": .integer(2)])
    names.tables["ntc"] = FormulaTable([(key: 10, value: 25), (32, 0), (40, -5)])
    #expect(try names.evaluate("interp(ntc, k)").number == 25 - 10.0 / 22 * 25)
    #expect(try names.evaluate("interp(ntc, 40)") == .real(-5))
    #expect(try names.evaluate("interp(ntc, 10)") == .real(25))
    #expect(try names.evaluate("interp(ntc, k / 2.1)") == .missing(.outOfDomain))
    #expect(try names.evaluate("interp(ntc, k * 2.1)") == .missing(.outOfDomain))
    #expect(try names.evaluate("lookup(ntc, k + 12)") == .real(0))
    #expect(try names.evaluate("lookup(ntc, k)") == .missing(.outOfDomain))
    #expect(try names.evaluate("nearest(ntc, k + 1)") == .real(25))
    #expect(try names.evaluate("nearest(ntc, k + 2)") == .real(0))
    #expect(try names.evaluate("nearest(ntc, 1000 * k)") == .real(-5))
    #expect(try names.evaluate("nearest(ntc, -k)") == .real(25))
    #expect(FormulaTable([]) == nil)
    #expect(FormulaTable([(key: 1, value: 0), (1, 0)]) == nil)
    #expect(FormulaTable([(key: 2, value: 0), (1, 0)]) == nil)
    #expect(FormulaTable([(key: .nan, value: 0)]) == nil)
    #expect(FormulaTable([(key: 0, value: .infinity)]) == nil)
    #expect(FormulaTable((0..<256).map { (key: Double($0), value: 0) }) != nil)
    #expect(FormulaTable((0..<257).map { (key: Double($0), value: 0) }) == nil)
  }
}
