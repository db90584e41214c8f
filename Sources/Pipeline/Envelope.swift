/// What a record of the spool holds for the uplink: a topic and a payload.
///
/// ```
/// offset  bytes  content
///      0      1  version, 1
///      1      2  length of the topic in bytes, little-endian
///      3      n  topic, UTF-8
///    3+n    ...  payload, to the end of the record
/// ```
struct Envelope: Equatable {
  let topic: String
  let payload: [UInt8]

  private static let version: UInt8 = 1
  private static let headerLength = 3

  /// The record's bytes.
  /// - Parameter topic: at most 65,535 bytes, as MQTT wants it (MQTT 3.1.1, 1.5.3).
  static func encode(topic: String, payload: [UInt8]) -> [UInt8] {
    let topicLength = topic.utf8.count
    precondition(topicLength <= Int(UInt16.max), "configuration bounds the names in a topic")
    var bytes: [UInt8] = []
    bytes.reserveCapacity(headerLength + topicLength + payload.count)
    bytes.append(version)
    bytes.append(UInt8(truncatingIfNeeded: topicLength))
    bytes.append(UInt8(truncatingIfNeeded: topicLength >> 8))
    bytes.append(contentsOf: topic.utf8)
    bytes.append(contentsOf: payload)
    return bytes
  }

  /// Reads a record's bytes; nil where they are no envelope, which only a record that another
  /// program has written can be, for the spool checks what it gives.
  init?(decoding bytes: [UInt8]) {
    guard bytes.count >= Envelope.headerLength, bytes[0] == Envelope.version else { return nil }
    let topicEnd = Envelope.headerLength + Int(bytes[1]) + Int(bytes[2]) << 8
    guard topicEnd <= bytes.count else { return nil }
    topic = String(decoding: bytes[Envelope.headerLength..<topicEnd], as: UTF8.self)
    payload = Array(bytes[topicEnd...])
  }
}
