internal import Spool

/// What every subcommand works with.
struct QueueJob {
  let options: QueueOptions
  let place: QueuePlace
  let printer: Printer

  /// Whether a bound can be meant for these lanes: a sequence is of one lane. If not, that is told.
  func allows(_ bound: Bound?, of option: String, in lanes: [String]) -> Bool {
    guard case .sequence = bound, lanes.count > 1 else { return true }
    QueueTool.tell([option, " with a sequence is of one lane, expected --lane too"])
    return false
  }

  /// The first record of a lane that is not behind a bound, from the oldest on; nil where all are.
  /// - Parameter wantsSettled: looks also at what was delivered or dropped and is still on disk.
  func first(
    of lane: String, in inspection: SpoolInspection, notBehind bound: Bound, wantsSettled: Bool
  ) throws(SpoolError) -> UInt64? {
    let walk = try inspection.records(of: lane, wantsSettled: wantsSettled)
    while let item = try walk.next() {
      if !bound.isBehind(item.sequence, item.stamp) { return item.sequence }
    }
    return nil
  }
}
