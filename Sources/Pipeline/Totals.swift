internal import Telemetry

/// What the gateway has done since it started, counted by all its threads.
struct Totals: Sendable {
  /// Readings of devices taken, with values or without.
  var samples: UInt64 = 0
  /// Values that came out of them.
  var values: UInt64 = 0
  /// Values that were missing, with their reason in the reading.
  var missing: UInt64 = 0
  /// Requests to devices that failed.
  var busErrors: UInt64 = 0
  /// Requests to devices that were made again, because the answer was missing or broken.
  var busRetries: UInt64 = 0
  /// Turns of the schedule that came too late to be taken.
  var turnsMissed: UInt64 = 0
  /// Edges of GPIO lines that are known to be lost.
  var edgesLost: UInt64 = 0
  /// Batches that the spool has accepted.
  var accepted: UInt64 = 0
  /// Batches that the spool did not take.
  var refused: UInt64 = 0
  /// Batches that the broker has acknowledged.
  var acknowledged: UInt64 = 0
  /// Records of the queue that could not be published, because they were no batches.
  var discarded: UInt64 = 0
  /// Times that the link to the broker came up.
  var connections: UInt64 = 0

  /// Counts a reading.
  mutating func add(_ sample: Sample) {
    var missing: UInt64 = 0
    for case .missing in sample.outcomes { missing += 1 }
    samples += 1
    values += UInt64(sample.outcomes.count) - missing
    self.missing += missing
  }
}
