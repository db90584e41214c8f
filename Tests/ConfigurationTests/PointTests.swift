import Configuration
import Testing

/// The points of a profile: what they give, and what is refused.
@Suite struct PointTests {
  private static let nameRule = "1 to 64 lower-case letters, digits and '_', a letter first"
  private static let types =
    "u16, s16, u32, s32, u64, s64, f16, f32, f64, bcd4, bcd8, bcd16, u8-high, u8-low, s8-high,"
    + " s8-low, bool or a text such as str16"
  private static let unitWhat = "expected a unit such as V, kWh or none"

  @Test(arguments: [
    ("a: 0", "4: expected a mapping with the point's address and unit, found '0'"),
    ("a: {unit: V}", "4: missing key 'at'"),
    ("a: {at: 0}", "4: missing key 'unit'"),
    ("A: {at: 0, unit: V}", "1: expected a name for the point of \(nameRule), found 'A'"),
    ("ts: {at: 0, unit: V}", "1: the name 'ts' is taken by every reading, expected another"),
    (
      "errors: {at: 0, unit: V}", "1: the name 'errors' is taken by every reading, expected another"
    ),
    ("a: {at: 65536, unit: V}", "9: expected a register's address from 0 to 65535, found '65536'"),
    (
      "a: {at: 0x10000, unit: V}",
      "9: expected a register's address from 0 to 65535, found '0x10000'"
    ),
    ("a: {at: 0x, unit: V}", "9: expected a register's address from 0 to 65535, found '0x'"),
    ("a: {at: 65535, type: f32, unit: V}", "9: registers up to 65536, expected at most 65535"),
    (
      "a: {at: 0, type: u8, unit: V}",
      "18: expected \(types), found 'u8'"
    ),
    (
      "a: {at: 0, unit: V, lookup: x}",
      "21: unknown key 'lookup', expected one of at, step, table, type, word_order, byte_order,"
        + " poll, unit, quantity, digits, scale, offset, ..."
    ),
    ("a: {at: 0, unit: V, sacle: 1}", "21: unknown key 'sacle', did you mean 'scale'?"),
    ("a: {at: 0, unit: V, step: 1}", "27: a step without a name such as 'voltage_l{1..3}'"),
    ("'a_{1..3}': {at: 0, unit: V}", "13: missing key 'step'"),
    (
      "'a_{1..3}': {at: 0, step: 1, type: u32, unit: V}",
      "27: expected a number of registers from 2 to 65535, found '1'"
    ),
    (
      "'a_{1..3}': {at: 65534, step: 1, unit: V}",
      "18: registers up to 65536, expected at most 65535"
    ),
    (
      "'a_{3..1}': {at: 0, step: 1, unit: V}",
      "1: expected a name such as 'voltage_l{1..3}', found 'a_{3..1}'"
    ),
    (
      "'a_{1..}': {at: 0, step: 1, unit: V}",
      "1: expected a name such as 'voltage_l{1..3}', found 'a_{1..}'"
    ),
    (
      "'a_{1-3}': {at: 0, step: 1, unit: V}",
      "1: expected a name such as 'voltage_l{1..3}', found 'a_{1-3}'"
    ),
    (
      "'a_{1..3': {at: 0, step: 1, unit: V}",
      "1: expected a name such as 'voltage_l{1..3}', found 'a_{1..3'"
    ),
    (
      "'a_}1..3{': {at: 0, step: 1, unit: V}",
      "1: expected a name such as 'voltage_l{1..3}', found 'a_}1..3{'"
    ),
    (
      "'a_{0..256}': {at: 0, step: 1, unit: V}",
      "1: expected a name such as 'voltage_l{1..3}', found 'a_{0..256}'"
    ),
    (
      "'{1..3}': {at: 0, step: 1, unit: V}",
      "1: expected a name for the point of \(nameRule), found '1'"
    ),
    (
      "'a{1..2}{3..4}': {at: 0, step: 1, unit: V}",
      "1: expected a name for the point of \(nameRule), found 'a1{3..4}'"
    ),
    (
      "{a_2: {at: 9, unit: V}, 'a_{1..3}': {at: 0, step: 1, unit: V}}",
      "25: there is a point 'a_2' already, expected another name"
    ),
    ("a: {at: 0, unit: }", "18: \(unitWhat), found nothing"),
    ("a: {at: 0, unit: KWH}", "18: unknown unit 'KWH', did you mean 'kWh'?"),
    ("a: {at: 0, unit: furlong}", "18: unknown unit 'furlong', \(unitWhat)"),
    (
      "a: {at: 0, unit: V, quantity: Phase Angle}",
      "31: expected a quantity of \(nameRule), found 'Phase Angle'"
    ),
    ("a: {at: 0, unit: V, digits: 16}", "29: expected digits from 0 to 15, found '16'"),
    ("a: {at: 0, unit: V, scale: 0}", "28: expected a factor other than zero, found '0'"),
    ("a: {at: 0, unit: V, scale: nan}", "28: expected a factor, found 'nan'"),
    ("a: {at: 0, unit: V, scale: 1e999}", "28: expected a factor, found '1e999'"),
    ("a: {at: 0, unit: V, scale: 0x10}", "28: expected a factor, found '0x10'"),
    ("a: {at: 0, unit: V, scale: 1.}", "28: expected a factor, found '1.'"),
    ("a: {at: 0, unit: V, scale: '1 '}", "28: expected a factor, found '1 '"),
    ("a: {at: 0, unit: V, offset: inf}", "29: expected a number, found 'inf'"),
    (
      "a: {at: 0, unit: V, range: 5}",
      "28: expected the lowest and the highest value, e.g. [0, 300], found '5'"
    ),
    (
      "a: {at: 0, unit: V, range: [1]}",
      "28: expected the lowest and the highest value, e.g. [0, 300]"
    ),
    (
      "a: {at: 0, unit: V, range: [2, 1]}",
      "28: expected the lowest and the highest value, e.g. [0, 300]"
    ),
    ("a: {at: 0, unit: V, range: [1, b]}", "32: expected a number, found 'b'"),
    (
      "a: {at: 0, unit: V, invalid: 65536}",
      "30: expected a number or a pattern such as 0x7FFF that fits u16, found '65536'"
    ),
    (
      "a: {at: 0, unit: V, invalid: -1}",
      "30: expected a number or a pattern such as 0x7FFF that fits u16, found '-1'"
    ),
    (
      "a: {at: 0, unit: V, invalid: [0, 0x10000]}",
      "34: expected a number or a pattern such as 0x7FFF that fits u16, found '0x10000'"
    ),
    (
      "a: {at: 0, unit: V, type: s16, invalid: 32768}",
      "41: expected a number or a pattern such as 0x7FFF that fits s16, found '32768'"
    ),
    (
      "a: {at: 0, unit: V, type: u32, invalid: nan}",
      "41: expected a number or a pattern such as 0x7FFF that fits u32, found 'nan'"
    ),
    (
      "a: {at: 0, unit: V, type: f32, invalid: 0}",
      "41: expected nan or a pattern such as 0x7FC00000 that fits f32, found '0'"
    ),
    ("a: {at: 0, unit: V, poll: sloww}", "27: unknown poll class 'sloww', did you mean 'slow'?"),
  ])
  func `what is wrong with a point is told`(_ point: String, _ error: String) {
    // Points begin in line 11, one space in; the columns above count from there.
    let parts = error.split(separator: ":", maxSplits: 1)
    let column = (Int(parts[0]) ?? 0) + 1
    #expect(
      profileError(profileYAML(points: "points:\n \(point)")) == "p.yaml:11:\(column):\(parts[1])")
  }

  @Test func `table, type and poll class must come from the point or the defaults`() {
    #expect(
      profileError(profileYAML(defaults: "defaults: {type: u16, poll: fast}"))
        == "p.yaml:10:13: missing key 'table', here or in 'defaults'")
    #expect(
      profileError(profileYAML(defaults: "defaults: {table: input, poll: fast}"))
        == "p.yaml:10:13: missing key 'type', here or in 'defaults'")
    #expect(
      profileError(profileYAML(defaults: "defaults: {table: input, type: u16}"))
        == "p.yaml:10:13: missing key 'poll', here or in 'defaults'")
    #expect(
      profileError(
        profileYAML(poll: "poll: {only: 1 s}", defaults: "defaults: {table: input, type: u16}"))
        == nil)
  }

  @Test func `a type wider than a read is refused`() {
    let narrow = "connection: {limits: {registers_per_read: 2}}"
    #expect(
      profileError(
        profileYAML(connection: narrow, points: "points: {a: {at: 0, type: u64, unit: V}}"))
        == "p.yaml:10:27: u64 takes 4 registers, expected at most registers_per_read, which is 2")
    #expect(
      profileError(
        profileYAML(connection: narrow, points: "points: {a: {at: 0, type: u32, unit: V}}"))
        == nil)
  }

  @Test(
    arguments: [
      ("s16", "0x7FFF", 0x7FFF), ("s16", "-1", 0xFFFF), ("s16", "-32768", 0x8000),
      ("u16", "65535", 0xFFFF), ("s32", "-2147483648", 0x8000_0000),
      ("u32", "4294967295", 0xFFFF_FFFF),
      ("s64", "-9223372036854775808", 0x8000_0000_0000_0000), ("s64", "-1", .max),
      ("u64", "0xffffffffffffffff", .max), ("f32", "0x7FC00000", 0x7FC0_0000),
      ("f64", "0x7FF8000000000000", 0x7FF8_0000_0000_0000),
    ] as [(String, String, UInt64)])
  func `a raw pattern is kept in the type's width`(
    _ type: String, _ text: String, _ pattern: UInt64
  ) throws {
    let points = "points: {a: {at: 0, unit: V, type: \(type), invalid: \(text)}}"
    #expect(try profile(profileYAML(points: points)).modbus.points[0].invalid == [pattern])
  }

  @Test(arguments: [
    ("\u{B0}C", "Cel"), ("\u{B0}", "deg"), ("%", "%"), ("m\u{B3}", "m3"),
    ("\u{B5}g/m\u{B3}", "ug/m3"), ("\u{3BC}g/m\u{B3}", "ug/m3"), ("\u{2126}", "Ohm"),
    ("\u{3A9}", "Ohm"), ("W/m\u{B2}", "W/m2"), ("none", "none"), ("kvarh", "kvarh"),
    ("kVAh", "kVAh"), ("Ah", "Ah"), ("VAh", "VAh"), ("deg", "deg"), ("%RH", "%RH"),
    // The Kelvin sign.
    ("\u{212A}", "K"),
  ])
  func `units are given as SenML spells them`(_ text: String, _ name: String) throws {
    let unit = try profile(profileYAML(points: "points: {a: {at: 0, unit: \"\(text)\"}}")).modbus
      .points[0]
      .unit
    #expect(Array(unit.utf8) == Array(name.utf8))
  }

  @Test func `the number of points ends at its limit`() {
    let patterns = (0..<4).map { "'p\($0)_{1..250}': {at: \($0 * 250), step: 1, unit: V}" }
      .joined(separator: ", ")
    #expect(profileError(profileYAML(points: "points: {\(patterns)}")) == nil)
    #expect(
      profileError(profileYAML(points: "points:\n  {\(patterns),\n  a: {at: 0, unit: V}}"))
        == "p.yaml:12:3: too many points, expected at most 1000")
  }
}
