import Telemetry
import Testing

struct PayloadTemplateTests {
  private func template(_ samples: [Sample], _ clock: BatchClock) -> PayloadTemplate {
    PayloadEncoder.encode(
      Batch(device: 0, samples: samples), gateway: "g", device: "d", id: "1-2", clock: clock)
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  /// Taken `sinceBoot` milliseconds after boot by a clock that began in 1970.
  private func early(_ sinceBoot: Int64) -> Sample {
    Sample(
      device: 0, unixMilliseconds: sinceBoot + 7, sinceBoot: .milliseconds(sinceBoot),
      channels: [channel("n")], outcomes: [.integer(1)])
  }

  @Test func `with a clock there is nothing to fill`() {
    let template = template([sample(of: 0, 42)], known)
    #expect(template.gaps.isEmpty)
    #expect(
      text(template.filled(bootMilliseconds: 99, isSynchronized: false))
        == #"{"gateway":"g","device":"d","id":"1-2","readings":[{"ts":42,"n":42}]}"#)
  }

  @Test func `without a clock the times are filled in later`() {
    let template = template([early(20_000), early(30_500)], .unknown)
    #expect(template.gaps.map(\.sinceBoot) == [20_000, 30_500])
    #expect(
      text(template.filled(bootMilliseconds: 1_732_330_000_000, isSynchronized: true))
        == #"""
        {"gateway":"g","device":"d","id":"1-2","readings":[\#
        {"ts":1732330020000,"n":1},{"ts":1732330030500,"n":1}]}
        """#)
  }

  @Test func `a clock that never became known is told, and order and spacing stay`() {
    let template = template([early(20_000), early(30_500)], .unknown)
    #expect(
      text(template.filled(bootMilliseconds: 7, isSynchronized: false))
        == #"""
        {"gateway":"g","device":"d","id":"1-2","clock":"unsynchronized","readings":[\#
        {"ts":20007,"n":1},{"ts":30507,"n":1}]}
        """#)
  }

  @Test func `a sample from before the clock was set gets the time that it had`() {
    let boot: Int64 = 1_732_330_000_000
    let before = early(20_000)
    let after = Sample(
      device: 0, unixMilliseconds: boot + 30_003, sinceBoot: .milliseconds(30_000),
      channels: [channel("n")], outcomes: [.integer(1)])
    let written = template([before, after], .known(bootMilliseconds: boot)).text
    #expect(
      text(written).hasSuffix(
        #"[{"ts":1732330020000,"n":1},{"ts":1732330030003,"n":1}]}"#),
      "a clock that was right when the sample was taken is believed")
  }

  @Test(
    arguments: [
      (3, []), (-1, []), (0, [(3, 0)]), (2, [(1, 0)]), (0, [(2, 0), (1, 0)]), (0, [(-1, 0)]),
    ] as [(Int, [(Int, Int64)])])
  func `parts that do not fit are refused`(mark: Int, gaps: [(Int, Int64)]) {
    let gaps = gaps.map { PayloadTemplate.Gap(offset: $0.0, sinceBoot: $0.1) }
    #expect(PayloadTemplate(text: [0x7B, 0x7D], markOffset: mark, gaps: gaps) == nil)
  }

  @Test func `numbers beyond all time stop nothing`() throws {
    let template = try #require(
      PayloadTemplate(
        text: [0x7B, 0x7D], markOffset: 1,
        gaps: [PayloadTemplate.Gap(offset: 1, sinceBoot: .max)]))
    #expect(
      text(template.filled(bootMilliseconds: 1, isSynchronized: true))
        == "{-9223372036854775808}")
  }
}
