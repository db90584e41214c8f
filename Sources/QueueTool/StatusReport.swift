internal import Spool
internal import System

/// `status`: what is queued, what became of the rest, and how long an outage may last.
final class StatusReport {
  private let job: QueueJob
  private let inspection: SpoolInspection
  private let lanes: [String]
  private var place: QueuePlace { job.place }
  private var options: QueueOptions { job.options }
  private var printer: Printer { job.printer }

  init(_ job: QueueJob, _ inspection: SpoolInspection, _ lanes: [String]) {
    self.job = job
    self.inspection = inspection
    self.lanes = lanes
  }

  func run() throws(SpoolError) {
    var figures: [LaneFigures] = []
    for lane in lanes {
      figures.append(LaneFigures(lane, try inspection.inspect(lane), place.options))
    }
    let total = Total(figures, place)
    if options.isJSON {
      StatusJSON(inspection, figures, total).write(to: printer)
      return
    }
    let use =
      switch inspection.use {
      case .free: "no process has it"
      case .held(let holder?): joined(["in use by process ", decimal(Int64(holder))])
      case .held(nil): "in use"
      case .unknown: "it may be in use"
      }
    printer.text([inspection.directory, ": ", use, "\n"])
    for figure in figures { tell(figure) }
    tell(total)
  }

  private func line(_ name: String, _ pieces: [String]) {
    var name = joined(["  ", name])
    while name.utf8.count < 16 { name = joined([name, " "]) }
    printer.text([name] + pieces + ["\n"])
  }

  private func time(_ stamp: Spool.Stamp) -> String {
    joined([
      Timestamp(unixMilliseconds: stamp.wall).text,
      stamp.isSynchronized ? "" : " (by a clock that nothing kept right)",
    ])
  }

  private func tell(_ figures: LaneFigures) {
    let lane = figures.lane
    let ledger = lane.status.ledger
    printer.text(["\nlane ", figures.name, "\n"])
    line("queued", [records(ledger.queued), ", ", size(lane.bytesQueued)])
    if let oldest = lane.oldest, let age = figures.ageMilliseconds {
      line("oldest", [time(oldest), ", ", words(milliseconds: age), " ago"])
    }
    if let newest = lane.newest { line("newest", [time(newest)]) }
    line("accepted", [grouped(ledger.accepted)])
    line("acknowledged", [grouped(ledger.acknowledged)])
    var dropped = [grouped(ledger.dropped.total)]
    for (name, count) in ledger.dropped.reasons where count > 0 {
      dropped += [dropped.count == 1 ? ": " : ", ", "\(name)", " ", grouped(count)]
    }
    line("dropped", dropped)
    let isLive = inspection.use != .free
    line(
      "durable",
      [
        "up to number ", decimal(Int64(clamping: lane.status.durable)), " of ",
        decimal(Int64(clamping: lane.status.last)),
        isLive && lane.status.durable < lane.status.last
          ? " for certain; the gateway knows of more" : "",
      ])
    line(
      "damage",
      [figures.damage ?? "none at this look", "; 'godwit queue verify' reads every byte"])
    if !lane.badFiles.isEmpty {
      line(
        "set aside",
        [
          counted(UInt64(lane.badFiles.count), "file", "files"), ", ",
          size(lane.badFiles.reduce(0) { $0 + $1.bytes }),
        ])
    }
    line(
      "on disk",
      [
        size(lane.status.bytesOnDisk), " in ",
        counted(UInt64(lane.status.segments), "segment", "segments"),
        lane.bytesSetAside > 0
          ? joined([", ", size(lane.bytesSetAside), " of it for records to come"]) : "",
        figures.limits.map { joined([", limit ", size($0.bytesMax)]) } ?? "",
      ])
    if place.options != nil, figures.limits == nil {
      line("limit", ["the configuration does not have this lane: nothing delivers it"])
    }
    if let rate = lane.rate {
      line(
        "rate",
        [size(Int64(rate.bytesPerSecond * 86_400)), " a day, ", StatusReport.pace(rate)])
    }
    line(
      "wear",
      [
        size(Int64(clamping: lane.status.wear.bytesWritten)), " written, ",
        counted(lane.status.wear.syncs, "synchronization", "synchronizations"),
        isLive ? " or more" : "", " since the lane began",
      ])
  }

  /// How often a record comes.
  private static func pace(_ rate: LaneInspection.Rate) -> String {
    let perHour = rate.recordsPerSecond * 3_600
    if perHour >= 3_600 * 2 {
      return joined([grouped(UInt64(perHour / 3_600)), " records a second"])
    }
    return joined([records(UInt64(max(0, min(perHour, 1e9)))), " an hour"])
  }

  private func tell(_ total: Total) {
    printer.text("\ntotal\n")
    line("queued", [records(total.records), ", ", size(total.bytesQueued)])
    line(
      "on disk",
      [size(total.bytesOnDisk), total.bytesFree.map { joined(["; ", size($0), " free"]) } ?? ""])
    guard let left = total.millisecondsLeft else {
      line(
        "outage left",
        [total.bytesPerSecond == nil ? "unknown: too little is on disk to tell a rate" : "unknown"])
      return
    }
    line("outage left", [words(milliseconds: left), " at this rate, until ", total.reason])
    if !total.isLimitKnown {
      line("", ["by the disk alone: without --config the limits of the lanes are not known"])
    }
  }
}

/// All lanes together.
final class Total {
  private(set) var records: UInt64 = 0
  private(set) var bytesQueued: Int64 = 0
  private(set) var bytesOnDisk: Int64 = 0
  /// On the device, for ordinary users; nil where it cannot be told.
  let bytesFree: Int64?
  /// Of all lanes; nil where none has one.
  private(set) var bytesPerSecond: Double?
  /// How long an outage may last, in milliseconds; nil where it is not known.
  private(set) var millisecondsLeft: Int64?
  /// What happens then.
  private(set) var reason = ""
  /// Whether all limits are known.
  let isLimitKnown: Bool

  init(_ lanes: [LaneFigures], _ place: QueuePlace) {
    // The figure is left out where it cannot be had.
    bytesFree = try? Files.freeBytes(at: place.directory)
    isLimitKnown = place.options != nil
    var room = (bytesFree ?? 0) - (place.options?.freeBytesMin ?? 0)
    for lane in lanes {
      records += lane.lane.status.ledger.queued
      bytesQueued += lane.lane.bytesQueued
      bytesOnDisk += lane.lane.status.bytesOnDisk + lane.lane.badFiles.reduce(0) { $0 + $1.bytes }
      room += lane.lane.bytesSetAside
      if let rate = lane.lane.rate?.bytesPerSecond {
        bytesPerSecond = (bytesPerSecond ?? 0) + rate
      }
      if let left = lane.millisecondsLeft, left < millisecondsLeft ?? .max {
        millisecondsLeft = left
        let fate =
          switch lane.limits?.whenFull {
          case .dropNewest: "new records are refused"
          case .thin: "every second record gives way"
          case .dropOldest, nil: "the oldest records give way"
          }
        reason = joined([lane.name, " is full and ", fate])
      }
    }
    if bytesFree != nil, let left = LaneFigures.milliseconds(room, bytesPerSecond),
      left < millisecondsLeft ?? .max
    {
      millisecondsLeft = left
      reason = "the disk is full"
    }
  }
}
