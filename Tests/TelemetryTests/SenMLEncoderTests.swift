import Foundation
import Testing

@testable import Telemetry

struct SenMLEncoderTests {
  private func template(
    _ samples: [Sample], alarms: [AlarmState] = [], _ clock: BatchClock = known
  ) -> PayloadTemplate {
    SenMLEncoder.encode(
      Batch(device: 0, samples: samples, alarms: alarms), gateway: "barn", device: "meter",
      id: "6f1c-1", clock: clock)
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  private func sample(
    _ milliseconds: Int64, _ values: [(String, String, Outcome)]
  ) -> Sample {
    Sample(
      device: 0, unixMilliseconds: milliseconds, sinceBoot: .milliseconds(milliseconds),
      channels: values.map { Channel(name: $0.0, digits: nil, unit: $0.1) },
      outcomes: values.map { $0.2 })
  }

  @Test func `a batch is a pack with a base name, a base time and its identifier`() {
    let pack = template([
      sample(
        1_732_330_000_123,
        [("voltage", "V", .float(230.2)), ("power", "W", .double(1250.5))]),
      sample(
        1_732_330_001_223, [("voltage", "V", .float(230.1)), ("power", "W", .missing(.timeout))]),
    ])
    #expect(
      text(pack.text) == #"""
        [{"bn":"godwit/barn/meter/","bt":1732330000.123,"n":"batch.id","vs":"6f1c-1"},\#
        {"n":"voltage","u":"V","v":230.2},{"n":"power","u":"W","v":1250.5},\#
        {"n":"voltage","t":1.1,"u":"V","v":230.1},\#
        {"n":"power.error","t":1.1,"vs":"timeout"}]
        """#)
    #expect(pack.format == .senML)
  }

  @Test func `each kind of value has its field, and none a unit but numbers`() {
    let pack = template([
      sample(
        1_732_330_000_000,
        [
          ("a", "none", .integer(-5)), ("b", "V", .boolean(true)), ("c", "V", .text("say \"x\"")),
          ("d", "none", .texts(["dc", "fault"])), ("e", "none", .texts([])),
          ("f", "V", .double(.nan)),
        ])
    ])
    #expect(
      text(pack.text).hasSuffix(
        #"{"n":"a","v":-5},{"n":"b","vb":true},{"n":"c","vs":"say \"x\""},"#
          + #"{"n":"d","vs":"dc,fault"},{"n":"e","vs":""},{"n":"f.error","vs":"not-a-number"}]"#))
  }

  @Test(arguments: [("kWh", true), ("ppm", true), ("W", false), ("Cel", false), ("none", false)])
  func `secondary units raise the version`(unit: String, isSecondary: Bool) {
    // RFC 9100, 4: 10 + 2^4.
    let pack = text(template([sample(1_732_330_000_000, [("a", unit, .integer(1))])]).text)
    #expect(pack.contains(#""bver":26"#) == isSecondary)
  }

  @Test func `an alarm is a record beside the value`() {
    let pack = template(
      [sample(1_732_330_000_000, [("t", "Cel", .double(81))])], alarms: [.above])
    #expect(
      text(pack.text).hasSuffix(#"{"n":"t","u":"Cel","v":81},{"n":"t.alarm","vs":"above"}]"#))
  }

  @Test func `without a clock the base time alone is filled in later`() {
    func early(_ sinceBoot: Int64) -> Sample {
      Sample(
        device: 0, unixMilliseconds: sinceBoot + 7, sinceBoot: .milliseconds(sinceBoot),
        channels: [channel("n")], outcomes: [.integer(1)])
    }
    let pack = template([early(20_000), early(30_500)], .unknown)
    #expect(pack.gaps.map(\.sinceBoot) == [20_000])
    #expect(
      text(pack.filled(bootMilliseconds: 1_732_330_000_000, isSynchronized: true)) == #"""
        [{"bn":"godwit/barn/meter/","bt":1732330020,"n":"batch.id","vs":"6f1c-1"},\#
        {"n":"n","v":1},{"n":"n","t":10.5,"v":1}]
        """#)
    #expect(
      text(pack.filled(bootMilliseconds: 1_000_000_000_000, isSynchronized: false)) == #"""
        [{"bn":"godwit/barn/meter/","n":"batch.clock","vs":"unsynchronized"},\#
        {"bt":1000000020,"n":"batch.id","vs":"6f1c-1"},{"n":"n","v":1},{"n":"n","t":10.5,"v":1}]
        """#)
  }

  @Test func `a clock that began in 1970 is not taken for seconds from now`() {
    // RFC 8428, 4.5.3: absolute times are 2^28 and above.
    let pack = template([sample(20_007, [("n", "none", .integer(1))])], .unknown)
    #expect(
      text(pack.filled(bootMilliseconds: 7, isSynchronized: false)).contains(
        #""bt":268435476.014,"#))
  }

  @Test(
    arguments: [
      (0, "0"), (1, "0.001"), (10, "0.01"), (999, "0.999"), (1_000, "1"), (-1, "-0.001"),
      (-61_500, "-61.5"), (1_732_330_000_120, "1732330000.12"), (.min, "-9223372036854775.808"),
    ] as [(Int64, String)])
  func `milliseconds are written as seconds`(milliseconds: Int64, seconds: String) {
    var bytes: [UInt8] = []
    NumberText.append(seconds: milliseconds, to: &bytes)
    #expect(text(bytes) == seconds)
  }
}
