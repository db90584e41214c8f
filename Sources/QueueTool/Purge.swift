internal import Spool
internal import System

/// `purge`: drops what nobody wants any more.
struct Purge {
  private let job: QueueJob
  private var options: QueueOptions { job.options }
  private var printer: Printer { job.printer }

  init(_ job: QueueJob) {
    self.job = job
  }

  func run() throws(SpoolError) -> QueueTool.ExitStatus {
    let repair = try SpoolRepair(directory: job.place.directory)
    let lanes = try options.lanes(of: repair.inspection)
    guard job.allows(options.before, of: "--before", in: lanes) else { return .usage }
    var plans: [(lane: String, last: UInt64)] = []
    for lane in lanes {
      let last = try last(lane, repair.inspection)
      let trial = try repair.purge(lane, through: last, isTrial: true)
      if trial.records == 0 {
        printer.text([lane, ": nothing to drop\n"])
        continue
      }
      plans.append((lane, trial.last))
      if !options.saysYes {
        printer.text([
          lane, ": ", records(trial.records), ", ", size(trial.bytes), ", up to number ",
          decimal(Int64(clamping: trial.last)), "\n",
        ])
      }
    }
    if plans.isEmpty { return .success }
    if !options.saysYes {
      guard Terminal.isThere else {
        QueueTool.tell(["there is no terminal to ask, expected --yes; nothing is dropped"])
        return .usage
      }
      printer.text("Drop them? They will not be delivered. [y/N] ")
      printer.flush()
      guard Purge.isYes(Terminal.readLine()) else {
        printer.text("Nothing is dropped.\n")
        return .failure
      }
    }
    for (lane, last) in plans {
      let purged = try repair.purge(lane, through: last)
      printer.text([lane, ": ", records(purged.records), ", ", size(purged.bytes), " dropped\n"])
    }
    return .success
  }

  private static func isYes(_ line: [UInt8]?) -> Bool {
    let answer = line?.filter { $0 > 0x20 }.map { $0 | 0x20 } ?? []
    return answer.elementsEqual("y".utf8) || answer.elementsEqual("yes".utf8)
  }

  /// The last record that goes; nil for all.
  private func last(
    _ lane: String, _ inspection: SpoolInspection
  ) throws(SpoolError) -> UInt64? {
    switch options.before {
    case nil: return nil
    case .sequence(let sequence): return sequence - min(sequence, 1)
    case .time(let time):
      return try job.first(
        of: lane, in: inspection, notBehind: .time(time), wantsSettled: false
      ).map { $0 - 1 }
    }
  }
}
