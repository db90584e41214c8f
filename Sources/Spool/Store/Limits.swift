/// What is chosen for a lane's store but not by its user. Tests make it smaller; the format does not
/// depend on it.
struct Limits: Equatable, Sendable {
  /// A segment is deleted as a whole, so the disk holds up to this much that is acknowledged
  /// already; a smaller one would cost more directory work for the same records.
  var segmentBytes: Int64

  /// A payload, in bytes.
  var payloadBytes: Int

  /// All segments together.
  var bytes: Int64

  /// An uplink has a few dozen records on the way.
  var window = 256

  /// Ranges that are settled ahead of others; above, a new connection does not begin another.
  var islands = 512

  /// Segments that are damaged are kept as `.bad` up to so many bytes: what broke them is seen in the
  /// first ones, and a device that goes on breaking them must not be filled by it.
  var badBytes: Int64

  /// What looks for a record behind damage may checksum this many bytes, or a hostile file could
  /// keep it busy for hours with headers that look right.
  var searchBytes: Int64 = 4 << 20

  /// Below, a lane of few bytes could not give way in small steps and keep some.
  static let segmentBytesMin: Int64 = 16 << 10

  /// 1 MiB for 256 MiB: the price of a segment, four synchronizations and some blocks, is spread over
  /// thousands of records, and the list of segments stays short.
  private static let segmentsIntended: Int64 = 256
  private static let segmentBytesMedium: Int64 = 1 << 20

  /// Limits for a lane of so many bytes.
  init(bytes: Int64, payloadBytes: Int) {
    self.bytes = bytes
    self.payloadBytes = payloadBytes
    segmentBytes = max(
      bytes / Limits.segmentsIntended / 4_096 * 4_096,
      min(Limits.segmentBytesMedium, max(Limits.segmentBytesMin, bytes / 16 / 4_096 * 4_096)))
    badBytes = 4 * segmentBytes
  }
}
