internal import Telemetry

/// What a record of the spool holds for the uplink: a topic, and a payload in which times may be
/// missing.
///
/// ```
/// offset  bytes  content, little-endian
///      0      1  version, 2
///      1      1  format of the payload: 0 for JSON, 1 for SenML
///      2      2  length of the topic in bytes, n
///      4      4  where the mark of a clock that was not set goes in the payload's text
///      8      2  number of times that are missing, g
///     10      n  topic, UTF-8
///   10+n    12g  for each its place in the text, 4 bytes, and its milliseconds since boot, 8 bytes
/// 10+n+12g  ...  the payload's text, to the end of the record
/// ```
struct Envelope: Equatable {
  let topic: String
  let payload: PayloadTemplate

  private static let version: UInt8 = 2
  private static let headerLength = 10
  private static let gapLength = 12

  /// - Parameter topic: at most 65,535 bytes, as MQTT wants it (MQTT 3.1.1, 1.5.3).
  init(topic: String, payload: PayloadTemplate) {
    precondition(topic.utf8.count <= Int(UInt16.max), "configuration bounds the names in a topic")
    precondition(payload.gaps.count <= Int(UInt16.max), "a batch has fewer readings")
    self.topic = topic
    self.payload = payload
  }

  /// The record's bytes.
  var encoded: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(
      Envelope.headerLength + topic.utf8.count + Envelope.gapLength * payload.gaps.count
        + payload.text.count)
    bytes.append(Envelope.version)
    bytes.append(payload.format.rawValue)
    Envelope.append(UInt64(topic.utf8.count), bytes: 2, to: &bytes)
    Envelope.append(UInt64(payload.markOffset), bytes: 4, to: &bytes)
    Envelope.append(UInt64(payload.gaps.count), bytes: 2, to: &bytes)
    bytes.append(contentsOf: topic.utf8)
    for gap in payload.gaps {
      Envelope.append(UInt64(gap.offset), bytes: 4, to: &bytes)
      Envelope.append(UInt64(bitPattern: gap.sinceBoot), bytes: 8, to: &bytes)
    }
    bytes.append(contentsOf: payload.text)
    return bytes
  }

  /// Reads a record's bytes; nil where they are no envelope, which only a record that another
  /// program has written can be, for the spool checks what it gives.
  init?(decoding bytes: [UInt8]) {
    guard bytes.count >= Envelope.headerLength, bytes[0] == Envelope.version,
      let format = BatchFormat(rawValue: bytes[1])
    else { return nil }
    let topicEnd = Envelope.headerLength + Int(Envelope.number(bytes, at: 2, bytes: 2))
    let gapCount = Int(Envelope.number(bytes, at: 8, bytes: 2))
    let gapsEnd = topicEnd + Envelope.gapLength * gapCount
    guard gapsEnd <= bytes.count else { return nil }
    let gaps = (0..<gapCount).map { index in
      let start = topicEnd + Envelope.gapLength * index
      return PayloadTemplate.Gap(
        offset: Int(Envelope.number(bytes, at: start, bytes: 4)),
        sinceBoot: Int64(bitPattern: Envelope.number(bytes, at: start + 4, bytes: 8)))
    }
    guard
      let payload = PayloadTemplate(
        text: Array(bytes[gapsEnd...]), format: format,
        markOffset: Int(Envelope.number(bytes, at: 4, bytes: 4)), gaps: gaps)
    else { return nil }
    topic = String(decoding: bytes[Envelope.headerLength..<topicEnd], as: UTF8.self)
    self.payload = payload
  }

  private static func append(_ number: UInt64, bytes count: Int, to bytes: inout [UInt8]) {
    for index in 0..<count { bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * index))) }
  }

  private static func number(_ bytes: [UInt8], at offset: Int, bytes count: Int) -> UInt64 {
    (0..<count).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
  }
}
