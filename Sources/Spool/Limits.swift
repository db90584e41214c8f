/// What the spool may take up. Tests make it smaller; the format does not depend on it.
struct Limits: Sendable {
  /// A segment is deleted as a whole, so the disk holds up to this much that is acknowledged
  /// already; a smaller one would cost more directory work for the same records.
  var segmentBytes: Int64 = 1 << 20

  /// A batch is 64 KiB by estimate; four times that leaves room for one that grows in the encoding.
  var payloadBytes = 256 << 10

  /// With segments of 1 MiB: 256 MiB on disk, a day of 3 KB a second.
  var segments = 256

  /// An uplink has a few dozen records on the way; a record that is never acknowledged may hold
  /// back this many after it before no more are handed out.
  var window = 256

  /// What looks for a record behind damage may checksum this many bytes, or a hostile file could
  /// keep it busy for hours with headers that look right.
  var searchBytes: Int64 = 4 << 20
}
