import Telemetry
import Testing

@testable import Pipeline

struct EnvelopeTests {
  private func template(
    _ text: [UInt8], _ format: BatchFormat = .json, mark: Int = 0,
    gaps: [PayloadTemplate.Gap] = []
  ) throws -> PayloadTemplate {
    try #require(PayloadTemplate(text: text, format: format, markOffset: mark, gaps: gaps))
  }

  @Test func `the record's bytes are as documented`() throws {
    let envelope = Envelope(topic: "a/b", payload: try template([0x7B, 0x7D], mark: 1))
    #expect(
      envelope.encoded == [2, 0, 3, 0, 1, 0, 0, 0, 0, 0, 0x61, 0x2F, 0x62, 0x7B, 0x7D])
    let gaps = [PayloadTemplate.Gap(offset: 2, sinceBoot: 0x0102_0304_0506)]
    #expect(
      Envelope(topic: "t", payload: try template([1, 2], .senML, mark: 1, gaps: gaps)).encoded
        == [2, 1, 1, 0, 1, 0, 0, 0, 1, 0, 0x74, 2, 0, 0, 0, 6, 5, 4, 3, 2, 1, 0, 0, 1, 2])
  }

  @Test(arguments: [0, 1, 255, 256, 65_535], [BatchFormat.json, .senML])
  func `a topic of any length comes back, and the times that are missing`(
    length: Int, format: BatchFormat
  ) throws {
    let envelope = Envelope(
      topic: String(repeating: "t", count: length),
      payload: try template(
        Array(0..<100), format, mark: 7,
        gaps: [.init(offset: 7, sinceBoot: 0), .init(offset: 100, sinceBoot: .max)]))
    #expect(Envelope(decoding: envelope.encoded) == envelope)
  }

  @Test func `every record that is cut off before its text is none`() throws {
    let record = Envelope(
      topic: "godwit/barn/meter",
      payload: try template([], gaps: [.init(offset: 0, sinceBoot: 1)])
    ).encoded
    for length in 0..<record.count {
      #expect(Envelope(decoding: Array(record[..<length])) == nil)
    }
  }

  @Test func `another version or format, and places outside of the text, are none`() {
    #expect(Envelope(decoding: [2, 0, 0, 0, 0, 0, 0, 0, 0, 0]) != nil)
    #expect(Envelope(decoding: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0]) == nil)
    #expect(Envelope(decoding: [2, 2, 0, 0, 0, 0, 0, 0, 0, 0]) == nil)
    #expect(Envelope(decoding: [2, 0, 0, 0, 1, 0, 0, 0, 0, 0]) == nil)
    #expect(Envelope(decoding: [2, 0, 0, 0, 0, 0, 0, 0x80, 0, 0]) == nil)
    let gap: [UInt8] = [3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    #expect(Envelope(decoding: [2, 0, 0, 0, 0, 0, 0, 0, 1, 0] + gap + [1, 2, 3]) != nil)
    #expect(Envelope(decoding: [2, 0, 0, 0, 0, 0, 0, 0, 1, 0] + gap + [1, 2]) == nil)
  }
}
