import Configuration
import Telemetry
import Testing

@testable import Drivers
@testable import ProfileCheck

/// What comes of points beyond a number in some registers.
@Suite struct PointValueTests {
  /// The outcomes of all shown points of a profile, from holding registers 0 and following.
  private func read(
    _ points: String, _ rounds: [[UInt16]], head: String = ""
  ) throws -> [[Outcome]] {
    let profile = try profile(points: points, head: head)
    var device = profile.device(profile.shownPoints)
    return rounds.map { words in
      var master = ImageMaster([.init(table: .holding, address: 0, words: words)])
      return device.sample(
        group: 0, over: &master, unixMilliseconds: 0, sinceBoot: .zero, pause: { _ in }
      ).sample.outcomes
    }
  }

  private func value(_ point: String, _ words: [UInt16], head: String = "") throws -> Outcome {
    try read("p: {at: 0, \(point)}", [words], head: head)[0][0]
  }

  @Test func `orders of words and bytes of 64 bits`() throws {
    let orders = [
      ("high-first, byte_order: big", [0x0102, 0x0304, 0x0506, 0x0708]),
      ("low-first, byte_order: big", [0x0708, 0x0506, 0x0304, 0x0102]),
      ("high-first, byte_order: little", [0x0201, 0x0403, 0x0605, 0x0807]),
      ("low-first, byte_order: little", [0x0807, 0x0605, 0x0403, 0x0201]),
    ]
    for (order, words) in orders {
      #expect(
        try value("type: u64, unit: none, word_order: \(order)", words.map { UInt16($0) })
          == .integer(0x0102_0304_0506_0708))
    }
  }

  @Test(
    arguments: [
      // IEEE 754 binary16: 1, the largest, the smallest, -2, and the three that are none.
      (0x3C00, 1), (0x7BFF, 65_504), (0x0001, 1.0 / 16_777_216), (0xC000, -2), (0x7C00, nil),
      (0xFC00, nil), (0x7E00, nil), (0x8000, 0),
    ] as [(UInt16, Double?)])
  func `a half is exact`(word: UInt16, expected: Double?) throws {
    let outcome = try value("type: f16, unit: none", [word])
    #expect(outcome.number == expected)
    if expected == nil { #expect(outcome == .missing(.notANumber)) }
  }

  @Test func `a NaN that the profile names means that there is no value`() throws {
    let words: [UInt16] = [0xFFC0, 0x1234]
    #expect(try value("type: f32, unit: none", words) == .missing(.notANumber))
    #expect(try value("type: f32, unit: none, invalid: nan", words) == .missing(.notAvailable))
    #expect(
      try value("type: f32, unit: none", words, head: "invalid: {f32: nan}")
        == .missing(.notAvailable))
    #expect(
      try value("type: f32, unit: none, invalid: nan", [0x7F80, 0]) == .missing(.notANumber))
  }

  @Test func `digits that are none are no number`() throws {
    #expect(try value("type: bcd4, unit: none", [0x9999]) == .integer(9_999))
    #expect(try value("type: bcd4, unit: none", [0x12A4]) == .missing(.notANumber))
    #expect(
      try value("type: bcd16, unit: none, word_order: low-first", [4, 3, 2, 1])
        == .integer(1_000_200_030_004))
    #expect(
      try value("type: bcd4, unit: none, invalid: 0xFFFF", [0xFFFF]) == .missing(.notAvailable))
  }

  @Test func `texts end at NUL or spaces, and are ASCII`() throws {
    #expect(try value("type: str6", [0x4142, 0x0043, 0x4445]) == .text("AB"))
    #expect(try value("type: str6", [0x2041, 0x2042, 0x2020]) == .text(" A B"))
    #expect(try value("type: str3", [0x4142, 0x4344]) == .text("ABC"))
    #expect(try value("type: str4", [0xC3A4, 0x0A41]) == .text("???A"))
    #expect(try value("type: str4", [0x2020, 0x2020]) == .missing(.notAvailable))
    #expect(try value("type: str4", [0xFFFF, 0xFFFF]) == .missing(.notAvailable))
    #expect(try value("type: str2, chars: high", [0x4100, 0x4200]) == .text("AB"))
    #expect(try value("type: str4, byte_order: little", [0x4241, 0x4443]) == .text("ABCD"))
  }

  @Test func `names of numbers and of bits, known or not`() throws {
    let table = "tables: {t: {-1: below, 1: one, 0x10: sixteen}}"
    #expect(try value("type: s16, map: t", [0xFFFF], head: table) == .text("below"))
    #expect(try value("map: t", [16], head: table) == .text("sixteen"))
    #expect(try value("map: t", [2], head: table) == .text("unknown(2)"))
    #expect(try value("map: t, invalid: 2", [2], head: table) == .missing(.notAvailable))
    #expect(try value("flags: {0: a, 15: b}", [0x8003]) == .texts(["a", "bit(1)", "b"]))
    #expect(try value("flags: {0: a}", [0]) == .texts([]))
    #expect(try value("bits: \"11:8\", flags: {3: d}", [0x0800]) == .texts(["d"]))
  }

  @Test func `a bit field has the sign of its type`() throws {
    #expect(try value("type: s16, bits: \"7:4\", unit: none", [0x00F0]) == .integer(-1))
    #expect(try value("type: u16, bits: \"7:4\", unit: none", [0x00F0]) == .integer(15))
    #expect(
      try value("type: s32, bits: \"31:0\", unit: none", [0x8000, 0]) == .integer(-2_147_483_648))
  }

  @Test func `a clamp moves, a range refuses`() throws {
    #expect(try value("unit: none, clamp: [0, 100]", [101]) == .double(100))
    #expect(
      try value("unit: none, clamp: [0, 100], range: [0, 99]", [101]) == .missing(.outOfRange))
    #expect(try value("type: f32, unit: none, clamp: [0, 1]", [0x4000, 0]) == .double(1))
  }

  @Test func `whole numbers of 64 bits keep their digits through a scale`() throws {
    // 2^53 + 1 thousandths.
    let words: [UInt16] = [0x0020, 0, 0, 1]
    #expect(
      try value("type: u64, scale: 0.001, unit: none", words) == .double(9_007_199_254_740.993))
    #expect(
      try value("type: u64, scale_from: 4, unit: none", words + [0xFFFD])
        == .double(9_007_199_254_740.993))
    #expect(
      try value("type: u64, scale_from: 4, unit: none", words + [2])
        == .integer(900_719_925_474_099_300))
  }

  @Test func `a counter of few bits goes on`() throws {
    let point = "p: {at: 0, unit: Wh, scale: 0.5, counter: {bits: 16, max_step: 100}}"
    let outcomes = try read(point, [[65_500], [65_535], [4], [104], [65_530], [65_534], [2]])
    #expect(
      outcomes.map { $0[0] } == [
        .double(32_750), .double(32_767.5), .double(32_770), .double(32_820),
        // Too far, and once only; then believed, as another counter's.
        .missing(.implausibleStep), .double(65_535), .double(65_537),
      ])
  }

  @Test func `a number that no counter gives is passed over`() throws {
    let point = "p: {at: 0, unit: Wh, counter: {resets: never}}"
    let outcomes = try read(point, [[100], [3], [101], [5], [6]])
    #expect(
      outcomes.map { $0[0] } == [
        .integer(100), .missing(.implausibleStep), .integer(101), .missing(.implausibleStep),
        .integer(6),
      ])
    let daily = try read("p: {at: 0, unit: Wh, counter: {resets: daily}}", [[100], [3], [4]])
    #expect(daily.map { $0[0] } == [.integer(100), .integer(3), .integer(4)])
    let float = "p: {at: 0, type: f32, unit: kWh, counter: {max_step: 50}}"
    let floats = try read(float, [[0x449A, 0x5000], [0x44BB, 0x8000], [0x449A, 0x6000]])
    #expect(
      floats.map { $0[0] } == [.float(1_234.5), .missing(.implausibleStep), .float(1_235)])
  }

  @Test func `formulas use the raw number, other points and tables`() throws {
    let outcomes = try read(
      "sum: {value: a + b, unit: W}, a: {at: 0, unit: W, scale: 0.5},"
        + " b: {at: 1, type: s16, value: -raw * factor, unit: W}, factor: {at: 2, unit: none, hidden: true},"
        + " is_low: {value: \"sum < 0\", unit: none},"
        + " c: {at: 3, value: \"interp(t, raw)\", unit: Cel, digits: 1}",
      [[10, 3, 4, 15]], head: "tables: {t: {10: 100, 20: 200}}")
    #expect(outcomes[0] == [.double(-7), .double(5), .integer(-12), .boolean(true), .double(150)])
  }

  @Test func `a formula reads what it needs, wanted or not, and gives its reasons`() throws {
    let profile = try profile(
      points: "a: {at: 0, unit: W, invalid: 0xFFFF}, b: {value: 100 / a, unit: W},"
        + " c: {at: 0, unit: W, when: a > 10}, d: {value: \"if(a > 10, b, 0)\", unit: W}")
    var device = profile.device([1, 2, 3])
    var seen: [[Outcome]] = []
    for word in [50, 5, 0, 0xFFFF] as [UInt16] {
      var master = ImageMaster([.init(table: .holding, address: 0, words: [word])])
      let reading = device.sample(
        group: 0, over: &master, unixMilliseconds: 0, sinceBoot: .zero, pause: { _ in })
      #expect(master.requests == 1)
      #expect(reading.sample.channels.map(\.name) == ["b", "c", "d"])
      seen.append(reading.sample.outcomes)
    }
    #expect(
      seen == [
        [.double(2), .integer(50), .double(2)],
        [.double(20), .missing(.notAvailable), .double(0)],
        [.missing(.notANumber), .missing(.notAvailable), .double(0)],
        [.missing(.notAvailable), .missing(.notAvailable), .missing(.notAvailable)],
      ])
  }

  @Test func `a truth value in formulas, and of one`() throws {
    let outcomes = try read(
      "a: {at: 0, bit: 3, value: not raw}, b: {at: 0, type: bool, value: \"if(raw, 2.5, 0)\", unit: V,"
        + " digits: 1}, c: {value: a and b > 1}", [[8], [1], [0]])
    #expect(
      outcomes == [
        [.boolean(false), .double(2.5), .boolean(false)],
        [.boolean(true), .double(2.5), .boolean(true)],
        [.boolean(true), .double(0), .boolean(false)],
      ])
  }

  @Test func `a scale factor may come before its value, and before other points`() throws {
    let outcomes = try read(
      "a: {at: 1, unit: W}, b: {at: 2, unit: W, scale_from: 0}, c: {at: 1, unit: W, scale_from: 3}",
      [[1, 7, 8, 0xFFFF]])
    #expect(outcomes[0] == [.integer(7), .integer(80), .double(0.7)])
  }

  @Test func `what belongs together comes in one request`() throws {
    let points = "a: {at: 0, unit: W, together: x}, b: {at: 9, unit: W, together: x}"
    let profile = try profile(points: points)
    var device = profile.device([0, 1])
    var master = ImageMaster([
      .init(table: .holding, address: 0, words: [7] + Array(repeating: 0, count: 8) + [8])
    ])
    let sample = device.sample(
      group: 0, over: &master, unixMilliseconds: 0, sinceBoot: .zero, pause: { _ in }
    ).sample
    #expect(master.requests == 1)
    #expect(sample.outcomes == [.integer(7), .integer(8)])
    // Alone it still takes the other's registers along.
    #expect(profile.device([1]).groups[0].plan.requests.map(\.count) == [10])
  }
}
