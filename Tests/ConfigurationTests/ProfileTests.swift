import Configuration
import Testing

/// The profile language: what it gives, and what it refuses.
@Suite struct ProfileTests {
  @Test func `a whole profile gives what it says`() throws {
    let profile = try profile(
      """
      profile: godwit/1
      id: brand-model.2
      revision: 3
      title: A device, with a comma
      bus: modbus
      refs: [one document, "another: document"]
      connection:
        unit_id: 247
        tcp_port: 1502
        serial: {baud: 19200, parity: even, data_bits: 7, stop_bits: 2}
        limits: {registers_per_read: 100, join_gap: 20}
        timing: {response: 250 ms, between_requests: 50 ms}
      defaults: {table: holding, type: s32, word_order: low-first, poll: slow}
      poll: {fast: 1 s, slow: 5 min}
      points:
        power: {at: 0x0010, unit: W}
        "cell_{2..4}_voltage": {at: 100, step: 3, type: u16, table: input, word_order: high-first, unit: V,
          quantity: voltage, digits: 2, scale: 0.001, offset: -1.5e1, range: [-5, 5.5],
          invalid: [0, 0xFFFF], poll: fast}
      tests:
        - name: both tables
          holding: {0x0010: ffff 0001}
          input: {100: 0001  0002, 102: 0003}
          expect: {power: -7 ±0.5, cell_2_voltage: none}
        - {name: exact, holding: {16: 0000 0000}, expect: {power: 2e2}}
      """)
    #expect(profile.id == "brand-model.2")
    #expect(profile.revision == 3)
    #expect(profile.title == "A device, with a comma")
    #expect(profile.references == ["one document", "another: document"])
    var connection = ModbusConnection()
    connection.unit = 247
    connection.tcpPort = 1502
    connection.serial.baud = 19_200
    connection.serial.parity = .even
    connection.serial.dataBits = 7
    connection.serial.stopBits = 2
    connection.registersPerRead = 100
    connection.joinGap = 20
    connection.responseTimeout = .milliseconds(250)
    connection.betweenRequests = .milliseconds(50)
    #expect(profile.modbus.connection == connection)
    #expect(
      profile.pollClasses == [
        PollClass(name: "fast", interval: .seconds(1)),
        PollClass(name: "slow", interval: .seconds(300)),
      ])
    var power = ModbusPoint(
      name: "power", table: .holding, address: 16, type: .s32, unit: "W", pollClass: 1)
    power.wordOrder = .lowFirst
    var cell = ModbusPoint(
      name: "cell_2_voltage", table: .input, address: 100, type: .u16, unit: "V", pollClass: 0)
    cell.quantity = "voltage"
    cell.digits = 2
    cell.scale = 0.001
    cell.offset = -15
    cell.range = -5...5.5
    cell.invalid = [0, 0xFFFF]
    var expected = [power, cell, cell, cell]
    (expected[2].name, expected[2].address) = ("cell_3_voltage", 103)
    (expected[3].name, expected[3].address) = ("cell_4_voltage", 106)
    #expect(profile.modbus.points == expected)

    try #require(profile.modbus.tests.map(\.name) == ["both tables", "exact"])
    #expect(
      profile.modbus.tests[0].registers == [
        .init(table: .holding, address: 16, words: [0xFFFF, 1]),
        .init(table: .input, address: 100, words: [1, 2]),
        .init(table: .input, address: 102, words: [3]),
      ])
    #expect(
      profile.modbus.tests[0].expectations == [
        .init(point: "power", value: -7, tolerance: 0.5),
        .init(point: "cell_2_voltage", value: nil, tolerance: 0),
      ])
    #expect(
      profile.modbus.tests[1].expectations == [.init(point: "power", value: 200, tolerance: 0)])
  }

  @Test func `what may be left out has its default`() throws {
    let profile = try profile(
      """
      profile: godwit/1
      id: p
      revision: 1
      title: P
      bus: modbus
      refs: [r]
      points: {a: {at: 65535, table: input, type: s16, unit: none}}
      """)
    #expect(profile.modbus.connection == ModbusConnection())
    #expect(profile.modbus.connection.unit == 1)
    #expect(profile.modbus.connection.tcpPort == 502)
    #expect(profile.modbus.connection.registersPerRead == 125)
    #expect(profile.modbus.connection.joinGap == 0)
    #expect(profile.modbus.connection.responseTimeout == .seconds(1))
    #expect(profile.modbus.connection.betweenRequests == .zero)
    #expect(profile.pollClasses == [PollClass(name: "normal", interval: .seconds(5))])
    #expect(
      profile.modbus.points == [
        ModbusPoint(
          name: "a", table: .input, address: 65_535, type: .s16, unit: "none", pollClass: 0)
      ])
    #expect(profile.modbus.tests.isEmpty)
  }

  @Test(arguments: [
    Refusal("", "p.yaml:1:1: the file is empty, expected a device profile"),
    Refusal(
      profileYAML(head: "profile: godwit/2"), "p.yaml:1:10: expected godwit/1, found 'godwit/2'"),
    Refusal(profileYAML(head: "#"), "p.yaml:2:1: missing key 'profile'"),
    Refusal(
      profileYAML(bus: "bus: canbus"),
      "p.yaml:3:6: expected modbus, i2c, gpio or sysfs, found 'canbus'"),
    Refusal(profileYAML(bus: "#"), "p.yaml:1:1: missing key 'bus'"),
    Refusal(
      profileYAML(tests: "formulas: {}"),
      "p.yaml:11:1: unknown key 'formulas', expected one of profile, id, revision, title, bus, refs,"
        + " poll, points, tests, connection, defaults, numbering, ..."),
    Refusal(
      profileYAML(tests: "test: []"), "p.yaml:11:1: unknown key 'test', did you mean 'tests'?"),
    Refusal(profileYAML(id: "#"), "p.yaml:1:1: missing key 'id'"),
    Refusal(
      profileYAML(id: "id: Brand"),
      "p.yaml:2:5: expected an id of 1 to 64 lower-case letters, digits, '-' and '.', a letter or"
        + " digit first, found 'Brand'"),
    Refusal(
      profileYAML(revision: "revision: 0"),
      "p.yaml:4:11: expected a revision from 1 to 1000000, found '0'"
    ),
    Refusal(profileYAML(title: "title:"), "p.yaml:5:7: expected a title, found nothing"),
    Refusal(profileYAML(refs: "refs: r"), "p.yaml:6:7: expected a list of documents, found 'r'"),
    Refusal(profileYAML(refs: "refs: []"), "p.yaml:6:7: expected at least one document"),
    Refusal(
      profileYAML(refs: "refs: [[r]]"), "p.yaml:6:8: expected the name of a document, found a list"),
    Refusal(
      profileYAML(connection: "connection: 1"),
      "p.yaml:7:13: expected a mapping of the connection, found '1'"
    ),
    Refusal(
      profileYAML(connection: "connection: {unit: 1}"),
      "p.yaml:7:14: unknown key 'unit', expected one of unit_id, tcp_port, serial, limits, timing"),
    Refusal(
      profileYAML(connection: "connection: {unit_id: 300}"),
      "p.yaml:7:23: expected a unit from 0 to 247, or 255, found '300'"),
    Refusal(
      profileYAML(connection: "connection: {serial: {parity: no}}"),
      "p.yaml:7:31: expected none, even or odd, found 'no'"),
    Refusal(
      profileYAML(connection: "connection: {serial: {data_bits: 9}}"),
      "p.yaml:7:34: expected data bits from 7 to 8, found '9'"),
    Refusal(
      profileYAML(connection: "connection: {serial: {stop_bits: 1.5}}"),
      "p.yaml:7:34: expected stop bits from 1 to 2, found '1.5'"),
    Refusal(
      profileYAML(connection: "connection: {serial: {baud: fast}}"),
      "p.yaml:7:29: expected bits per second from 300 to 4000000, found 'fast'"),
    Refusal(
      profileYAML(connection: "connection: {limits: {registers_per_read: 126}}"),
      "p.yaml:7:43: expected a number of registers from 1 to 125, found '126'"),
    Refusal(
      profileYAML(connection: "connection: {limits: {join_gap: 125}}"),
      "p.yaml:7:33: expected a number of registers from 0 to 124, found '125'"),
    Refusal(
      profileYAML(connection: "connection: {timing: {response: 1}}"),
      "p.yaml:7:33: expected a duration such as \"10 s\", found '1' without a unit"),
    Refusal(
      profileYAML(connection: "connection: {timing: {after_connect: 1 s}}"),
      "p.yaml:7:23: unknown key 'after_connect', expected one of response, between_requests"),
    Refusal(profileYAML(poll: "poll: {}"), "p.yaml:8:7: expected at least one poll class"),
    Refusal(
      profileYAML(poll: "poll: {fast: 5 ms}"),
      "p.yaml:8:14: expected a duration from 10 ms to 1 d, found '5 ms'"),
    Refusal(
      profileYAML(poll: "poll: {Fast: 5 s}"),
      "p.yaml:8:8: expected a name for the poll class of 1 to 64 lower-case letters, digits and '_',"
        + " a letter first, found 'Fast'"),
    Refusal(
      profileYAML(defaults: "defaults: {table: coils}"),
      "p.yaml:9:19: expected holding, input, coil or discrete, found 'coils'"),
    Refusal(
      profileYAML(defaults: "defaults: {type: float}"),
      "p.yaml:9:18: expected u16, s16, u32, s32, u64, s64, f16, f32, f64, bcd4, bcd8, bcd16, u8-high,"
        + " u8-low, s8-high, s8-low, bool or a text such as str16, found 'float'"),
    Refusal(
      profileYAML(defaults: "defaults: {word_order: big}"),
      "p.yaml:9:24: expected high-first or low-first, found 'big'"),
    Refusal(
      profileYAML(defaults: "defaults: {poll: fats}"),
      "p.yaml:9:18: unknown poll class 'fats', did you mean 'fast'?"),
    Refusal(
      profileYAML(defaults: "defaults: {unit: V}"),
      "p.yaml:9:12: unknown key 'unit', expected one of table, type, word_order, byte_order,"
        + " poll"),
    Refusal(profileYAML(points: "points: {}"), "p.yaml:10:9: expected at least one point"),
    Refusal(
      profileYAML(points: "points: []"), "p.yaml:10:9: expected a mapping of points, found a list"),
    Refusal(profileYAML(points: "#"), "p.yaml:1:1: missing key 'points'"),
  ])
  func `what is wrong with a profile is told`(_ refusal: Refusal) {
    #expect(profileError(refusal.yaml) == refusal.error)
  }

  private static let wordsWhat = "expected words of four hexadecimal digits such as 4366 3333"
  private static let valueWhat = "expected a value such as 230.2 ±0.001, or none"

  @Test(arguments: [
    ("a", "10: expected a mapping with name, registers and expect, found 'a'"),
    ("{input: {0: 0000}, expect: {a: 0}}", "10: missing key 'name'"),
    ("{name: n, expect: {a: 0}}", "10: missing registers, expected a key 'input' or 'holding'"),
    ("{name: n, input: {0: 0000}}", "10: missing key 'expect'"),
    ("{name: n, inputs: {}}", "20: unknown key 'inputs', did you mean 'input'?"),
    ("{name: n, input: 0000}", "27: expected a mapping of addresses to words, found '0000'"),
    ("{name: n, input: {x: 0000}}", "28: expected a register's address from 0 to 65535, found 'x'"),
    ("{name: n, input: {0: 000}}", "31: \(wordsWhat), found '000'"),
    ("{name: n, input: {0: 00000}}", "31: \(wordsWhat), found '00000'"),
    ("{name: n, input: {0: 000g}}", "31: \(wordsWhat), found '000g'"),
    ("{name: n, input: {0: 0000-0000}}", "31: \(wordsWhat), found '0000-0000'"),
    ("{name: n, input: {0: [0000]}}", "31: \(wordsWhat), found a list"),
    ("{name: n, input: {0: }}", "31: \(wordsWhat), found nothing"),
    ("{name: n, input: {0: ' '}}", "31: \(wordsWhat), found ' '"),
    ("{name: n, input: {65535: 0000 0000}}", "35: registers up to 65536, expected at most 65535"),
    (
      "{name: n, input: {0: 0000 0000, 0x1: 0000}}", "42: registers that the test has given already"
    ),
    ("{name: n, input: {0: 0000}, expect: {}}", "10: missing expectations, expected at least one"),
    ("{name: n, input: {0: 0000}, expect: {b: 0}}", "47: unknown point 'b', expected a"),
    (
      "{name: n, input: {1: 0000}, expect: {a: 0}}",
      "47: the test does not give all registers of 'a'"
    ),
    (
      "{name: n, holding: {0: 0000}, expect: {a: 0}}",
      "49: the test does not give all registers of 'a'"
    ),
    ("{name: n, input: {0: 0000}, expect: {a: x}}", "50: \(valueWhat), found 'x'"),
    ("{name: n, input: {0: 0000}, expect: {a: 1 ± }}", "50: \(valueWhat), found '1 ±'"),
    ("{name: n, input: {0: 0000}, expect: {a: 1 ±-1}}", "50: \(valueWhat), found '1 ±-1'"),
    ("{name: n, input: {0: 0000}, expect: {a: ±1}}", "50: \(valueWhat), found '±1'"),
    ("{name: n, input: {0: 0000}, expect: {a: [1]}}", "50: \(valueWhat), found a list"),
  ])
  func `what is wrong with a test is told`(_ test: String, _ error: String) {
    #expect(profileError(profileYAML(tests: "tests: [ \(test)]")) == "p.yaml:11:\(error)")
  }

  @Test func `an id must be the file's name`() {
    #expect(profileError(profileYAML(), expectedID: "p") == nil)
    #expect(
      profileError(profileYAML(), expectedID: "q")
        == "p.yaml:2:5: id 'p' in the file of another, expected 'q'")
  }
}
