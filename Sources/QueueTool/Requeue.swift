internal import Spool
internal import System

/// `requeue`: has delivered again what is still there.
struct Requeue {
  private let job: QueueJob
  private var options: QueueOptions { job.options }
  private var printer: Printer { job.printer }

  init(_ job: QueueJob) {
    self.job = job
  }

  func run() throws(SpoolError) -> QueueTool.ExitStatus {
    if options.wantsBad { return try takeBadFiles() }
    let repair = try SpoolRepair(directory: job.place.directory)
    let lanes = try options.lanes(of: repair.inspection)
    guard job.allows(options.from, of: "--from", in: lanes) else { return .usage }
    for lane in lanes {
      guard let first = try first(lane, repair.inspection) else {
        tell(lane, nil)
        continue
      }
      tell(lane, try repair.requeue(lane, from: first))
    }
    return .success
  }

  /// The sequence from which on records are delivered again.
  private func first(
    _ lane: String, _ inspection: SpoolInspection
  ) throws(SpoolError) -> UInt64? {
    switch options.from {
    case nil: return 1
    case .sequence(let sequence): return sequence
    case .time(let time):
      return try job.first(of: lane, in: inspection, notBehind: .time(time), wantsSettled: true)
    }
  }

  private func tell(_ lane: String, _ requeued: SpoolRepair.Requeued?) {
    guard let requeued, requeued.records > 0 else {
      printer.text([lane, ": nothing to deliver again is on disk from there on\n"])
      return
    }
    printer.text([
      lane, ": ", records(requeued.records), requeued.records == 1 ? " is" : " are",
      " queued again\n",
    ])
  }

  private func takeBadFiles() throws(SpoolError) -> QueueTool.ExitStatus {
    let inspection = try SpoolInspection(directory: job.place.directory)
    let recovered = try SpoolRepair.requeueBadFiles(
      of: options.lanes(of: inspection), in: job.place.directory, now: Clock.sinceBoot)
    printer.text([
      records(recovered.records), " of ", counted(UInt64(recovered.files), "file", "files"),
      recovered.records == 1 ? " is" : " are", " queued again",
    ])
    if recovered.files > 0 { printer.text(["; what they came from ends in .requeued now"]) }
    if recovered.emptyFiles > 0 {
      printer.text([
        "; in ", counted(UInt64(recovered.emptyFiles), "file", "files"), " nothing is whole",
      ])
    }
    printer.text(["\n"])
    return .success
  }
}
