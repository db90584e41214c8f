import Configuration
import Testing

/// The parts of the profile language beyond a number in some registers.
@Suite struct PointLanguageTests {
  /// Each point is a line of a profile; `^` stands before the place that the error names.
  @Test(arguments: [
    ("a: {at: 0, unit: V, ^bit: 16}", "expected a bit from 0 to 15, found '16'"),
    (
      "a: {at: 0, bits: ^4:7, unit: V}",
      "expected the highest and the lowest bit such as 7:4, up to 15, found '4:7'"
    ),
    (
      "a: {at: 0, bits: ^16:0, unit: V}",
      "expected the highest and the lowest bit such as 7:4, up to 15, found '16:0'"
    ),
    ("a: {at: 0, type: f32, bits: ^7:4, unit: V}", "bits of what is no whole number of registers"),
    ("a: {at: 0, type: u8-high, bit: ^1}", "bits of what is no whole number of registers"),
    ("a: {at: 0, table: coil, type: ^u16}", "a bit is no number, expected the type bool"),
    (
      "a: {at: 0, type: ^str0}",
      "expected u16, s16, u32, s32, u64, s64, f16, f32, f64, bcd4, bcd8, bcd16, u8-high, u8-low, s8-high, s8-low, bool or a text such as str16, found 'str0'"
    ),
    ("a: {at: 0, chars: ^low, unit: V}", "'chars' of what is no text"),
    ("a: {at: 0, type: str4, scale: ^2}", "'scale' of what is no number"),
    ("a: {at: 0, bit: 1, range: ^[0, 1]}", "'range' of what is no number"),
    (
      "a: {at: 0, map: ^{}}",
      "expected a mapping of numbers to names, such as {1: off, 4: mppt}, found a mapping"
    ),
    ("a: {at: 0, map: {^one: off}}", "expected a number, found 'one'"),
    ("a: {at: 0, map: {1: off, ^0x1: on}}", "there is a name for 1 already"),
    ("a: {at: 0, map: ^states}", "unknown table 'states', did you mean 'state'?"),
    ("a: {at: 0, type: f32, map: ^state}", "names of what is no whole number"),
    ("a: {at: 0, flags: ^{16: off}}", "a name for bit 16, expected bits from 0 to 15"),
    (
      "a: {at: 0, unit: V, counter: {bits: ^17}}",
      "expected a number of bits from 8 to 16, found '17'"
    ),
    (
      "a: {at: 0, unit: V, counter: {resets: ^often}}",
      "expected never, power-on, daily, monthly, yearly or manual, found 'often'"
    ),
    ("a: {at: 0, unit: V, counter: {max_step: ^0}}", "expected a step above zero, found '0'"),
    (
      "a: {at: 0, type: f32, unit: V, scale_from: ^5}",
      "expected a register of the same table and block, and a whole-number type"
    ),
    (
      "a: {at: 0, unit: V, scale_from: ^125}",
      "126 registers from the value to its scale factor, expected at most registers_per_read, which is 125"
    ),
    ("a: ^{unit: V}", "missing key 'at'"),
    ("a: {value: 1, unit: V, scale: ^2}", "'scale' without registers, expected 'at' too"),
    (
      "a: {at: 0, value: raw, unit: V, scale: ^2}",
      "'scale' beside 'value', expected it in the formula"
    ),
    ("a: {at: 0, value: ^a * 2, unit: V}", "a value that needs itself, expected 'raw'"),
    ("a: {at: 0, value: ^raw}", "a formula without a key 'unit' beside it"),
    ("a: {at: 0, value: raw * ^rw, unit: V}", "unknown name 'rw', did you mean 'raw'?"),
    ("a: {at: 0, value: \"raw +^\", unit: V}", "expected a number, a name or '('"),
    (
      "a: {at: 0, value: ^b + 1, unit: V}\n b: {value: a + 1, unit: V}",
      "'b' needs this value itself, in a circle"
    ),
    (
      "a: {at: 0, value: ^b + 1, unit: V}\n b: {at: 1, unit: V, poll: slow}",
      "'b' is of another poll class, expected a point that is read together"
    ),
    ("a: {at: 0, value: ^b + 1, unit: V}\n b: {at: 1, type: str4}", "'b' is no number"),
    ("a: {at: 0, unit: V, when: ^raw + 1}", "expected a condition such as raw > 0"),
    ("a: {at: 0, unit: V, hidden: ^yes}", "expected true or false, found 'yes'"),
    (
      "a: {at: 0, unit: V, together: ^x}\n b: {at: 1, unit: V, together: x, poll: slow}",
      "'b' cannot be read together with 'a', expected registers of the same table, block and poll class"
    ),
    (
      "a: {at: 0, unit: V, together: ^x}\n b: {at: 125, unit: V, together: x}",
      "what belongs together takes 126 registers, expected at most 125"
    ),
    ("'a_{1..16}': {at: 0, bit: 1, step_bits: ^1}", "bits up to 16, expected at most 15"),
    ("raw: {at: 0, unit: V}", "the name 'raw' is taken by every reading, expected another"),
  ])
  func `what is wrong is told, and where`(points: String, error: String) throws {
    let marked = Array(points)
    let place = marked.firstIndex(of: "^") ?? 0
    let found = profileError(
      profileYAML(
        points: "points:\n " + points.replacing("^", with: ""), tests: "tables: {state: {1: off}}"))
    let text = try #require(found)
    // Some errors name the key, not the value.
    let column = text.split(separator: ":")[2]
    #expect(text.hasSuffix(error), "\(text)")
    if points.contains("^"), !points.contains("^bit:") {
      #expect(column == "\(place + 2)", "\(text)")
    }
  }

  private func points(_ points: String, head: String = "") throws -> [ModbusPoint] {
    try profile(profileYAML(points: "points:\n \(points)", tests: head)).modbus.points
  }

  @Test func `parts of registers, texts and orders are given as they are said`() throws {
    let points = try points(
      """
      a: {at: 0, type: s8-high, unit: V}
       b: {at: 0, type: u32, bits: "23:8", unit: V, byte_order: little}
       c: {at: 0, bit: 3}
       d: {at: 9, table: coil}
       e: {at: 9, type: str5, chars: low}
       'f_{1..3}': {at: 2, bit: 4, step_bits: 2}
      """)
    #expect(points[0].type == .s16)
    #expect(points[0].bits == BitField(low: 8, count: 8))
    #expect(points[1].bits == BitField(low: 8, count: 16))
    #expect(points[1].byteOrder == .little)
    #expect(points[2].meaning == .truth && points[2].unit == "none")
    #expect(points[3].meaning == .truth && points[3].registers == 9..<10)
    #expect(points[4].type == .text(.init(characters: 5, bytes: .low)))
    #expect(points[4].registers == 9..<14)
    #expect(points[5...].map(\.bits) == [4, 6, 8].map { BitField(low: $0, count: 1) })
    #expect(points[5...].allSatisfy { $0.address == 2 })
  }

  @Test func `a point covers its scale factor and what it belongs together with`() throws {
    let points = try points(
      """
      a: {at: 10, unit: V, scale_from: 14}
       b: {at: 20, unit: V, scale_from: 3}
       c: {at: 30, type: u32, unit: V, together: x}
       d: {at: 36, unit: V, together: x}
      """)
    #expect(points.map(\.registers) == [10..<15, 3..<21, 30..<37, 30..<37])
  }

  @Test func `invalid patterns of a type are its points', unless one has its own`() throws {
    let points = try points(
      """
      a: {at: 0, unit: V}
       b: {at: 0, unit: V, invalid: 7}
       c: {at: 0, unit: V, invalid: []}
       d: {at: 0, type: f32, unit: V}
       e: {at: 0, type: s32, unit: V}
      """, head: "invalid: {u16: [0xFFFF, 0xFFFE], f32: nan}")
    #expect(points.map(\.invalid) == [[0xFFFF, 0xFFFE], [7], [], [0x7FC0_0000], []])
  }

  @Test(arguments: [
    ("zero", "3", RegisterTable.input, 3), ("one", "3", .input, 2),
    ("one", "65536", .input, 65_535),
    ("modicon", "30001", .input, 0), ("modicon", "40108", .holding, 107),
    ("modicon", "400108", .holding, 107), ("modicon", "465536", .holding, 65_535),
    ("modicon", "10017", .discrete, 16), ("modicon", "00001", .coil, 0),
  ])
  func `addresses are as the manual counts them`(
    numbering: String, at: String, table: RegisterTable, address: UInt16
  ) throws {
    let point = try points("a: {at: \(at), unit: none}", head: "numbering: \(numbering)")[0]
    #expect(point.table == table)
    #expect(point.address == address)
  }

  @Test(arguments: [
    ("one", "0", "expected a register's number from 1 to 65536, found '0'"),
    (
      "modicon", "30000",
      "expected a number of 5 or 6 digits such as 30001, or 000001 to 465536, found '30000'"
    ),
    (
      "modicon", "3001",
      "expected a number of 5 or 6 digits such as 30001, or 000001 to 465536, found '3001'"
    ),
    (
      "modicon", "0x75A1",
      "expected a number of 5 or 6 digits such as 30001, or 000001 to 465536, found '0x75A1'"
    ),
    (
      "modicon", "20001",
      "expected a number of 5 or 6 digits such as 30001, or 000001 to 465536, found '20001'"
    ),
    ("modicon", "40001, table: input", "a number of the holding table, expected one of input"),
    ("decimal", "1", "expected zero, one or modicon, found 'decimal'"),
  ])
  func `numbers that are none of the numbering are refused`(
    numbering: String, at: String, error: String
  ) {
    let found = profileError(
      profileYAML(points: "points: {a: {at: \(at), unit: V}}", tests: "numbering: \(numbering)"))
    #expect(found?.hasSuffix(error) == true, "\(found ?? "")")
  }

  @Test func `a device that says where its blocks are`() throws {
    let profile = try profile(
      profileYAML(
        defaults: "defaults: {table: holding, type: u16, poll: fast}",
        points:
          "points: {a: {at: inverter+14, scale_from: inverter+15, unit: W}, b: {at: 7, unit: V}}",
        tests:
          "discover: {sunspec: {blocks: {common: {model: 1}, inverter: {model: [101, 0x67], optional: true}}}}"
      ))
    #expect(
      profile.modbus.discovery
        == Discovery(
          bases: [40_000, 50_000, 0],
          blocks: [
            .init(name: "common", models: [1], isOptional: false),
            .init(name: "inverter", models: [101, 103], isOptional: true),
          ]))
    #expect(profile.modbus.points.map(\.block) == [1, nil])
    #expect(profile.modbus.points[0].registers == 14..<16)
  }

  @Test(arguments: [
    ("{}", "inverter+1", "missing key 'sunspec'"),
    ("{sunspec: {}}", "inverter+1", "missing key 'blocks'"),
    ("{sunspec: {blocks: {}}}", "inverter+1", "expected at least one block"),
    (
      "{sunspec: {blocks: {a: {model: 65535}}}}", "a+1",
      "expected a model from 1 to 65534, found '65535'"
    ),
    ("{sunspec: {bases: [], blocks: {a: {model: 1}}}}", "a+1", "expected 1 to 8 numbers, found 0"),
    (
      "{sunspec: {blocks: {inverter: {model: 1}}}}", "invertr+1",
      "unknown block 'invertr', did you mean 'inverter'?"
    ),
    (
      "{sunspec: {blocks: {inverter: {model: 1}}}}", "inverter+x",
      "expected a block and a register in it, such as 'inverter+14', found 'inverter+x'"
    ),
  ])
  func `what is wrong with a discovery is told`(discover: String, at: String, error: String) {
    let found = profileError(
      profileYAML(points: "points: {a: {at: \(at), unit: V}}", tests: "discover: \(discover)"))
    #expect(found?.hasSuffix(error) == true, "\(found ?? "")")
  }

  @Test func `hidden points are not among those that a device reads by default`() throws {
    let configuration = try gateway(
      gatewayYAML(devices: "devices: { m: { profile: p, bus: plc } }"),
      profiles: [
        "p": profileYAML(points: "points: {a: {at: 0, unit: V, hidden: true}, b: {at: 1, unit: V}}")
      ])
    #expect(configuration.devices[0].points == [1])
  }
}
