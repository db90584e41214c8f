import Testing

@testable import Pipeline

struct EnvelopeTests {
  @Test func `the record's bytes are as documented`() {
    #expect(
      Envelope.encode(topic: "a/b", payload: [0x7B, 0x7D])
        == [1, 3, 0, 0x61, 0x2F, 0x62, 0x7B, 0x7D])
  }

  @Test(arguments: [0, 1, 255, 256, 65_535])
  func `a topic of any length comes back`(length: Int) throws {
    let topic = String(repeating: "t", count: length)
    let record = Envelope.encode(topic: topic, payload: [1, 2, 3])
    let envelope = try #require(Envelope(decoding: record))
    #expect(envelope.topic == topic)
    #expect(envelope.payload == [1, 2, 3])
  }

  @Test func `every record that is cut off in its topic is none`() {
    let record = Envelope.encode(topic: "godwit/barn/meter", payload: [])
    for length in 0..<record.count {
      #expect(Envelope(decoding: Array(record[..<length])) == nil)
    }
  }

  @Test func `another version is none`() {
    #expect(Envelope(decoding: [2, 0, 0]) == nil)
  }
}
