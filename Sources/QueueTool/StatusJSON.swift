internal import Spool
internal import System
internal import Telemetry

/// `status --json`: all figures in one object. Times are in milliseconds, and null is what is not
/// known.
struct StatusJSON {
  private var json = JSONObject()

  init(_ inspection: SpoolInspection, _ lanes: [LaneFigures], _ total: Total) {
    json.member("directory", inspection.directory)
    switch inspection.use {
    case .free: json.member("in_use", false)
    case .held(let holder):
      json.member("in_use", true)
      json.member("process", holder.map { Int64($0) })
    case .unknown: json.member("in_use", nil as Int64?)
    }
    var text: [UInt8] = [UInt8(ascii: "[")]
    for lane in lanes {
      if text.count > 1 { text.append(UInt8(ascii: ",")) }
      text += StatusJSON.lane(lane)
    }
    json.member("lanes", json: text + [UInt8(ascii: "]")])
    json.member("queued", total.records)
    json.member("bytes_queued", total.bytesQueued)
    json.member("bytes_on_disk", total.bytesOnDisk)
    json.member("bytes_free", total.bytesFree)
    json.member("bytes_per_day", StatusJSON.perDay(total.bytesPerSecond))
    json.member("outage_left_ms", total.millisecondsLeft)
    json.member("limits_known", total.isLimitKnown)
  }

  func write(to printer: Printer) {
    printer.raw(json.line())
  }

  private static func perDay(_ perSecond: Double?) -> Int64? {
    perSecond.map { Int64(min(max(0, $0), 1e12) * 86_400) }
  }

  private static func lane(_ figures: LaneFigures) -> [UInt8] {
    let lane = figures.lane
    let ledger = lane.status.ledger
    var json = JSONObject()
    json.member("name", figures.name)
    json.member("queued", ledger.queued)
    json.member("bytes_queued", lane.bytesQueued)
    json.member("oldest_ts", lane.oldest?.wall)
    json.member("oldest_age_ms", figures.ageMilliseconds)
    json.member("newest_ts", lane.newest?.wall)
    json.member("accepted", ledger.accepted)
    json.member("acknowledged", ledger.acknowledged)
    var dropped = JSONObject()
    for (name, count) in ledger.dropped.reasons { dropped.member(name, count) }
    json.member("dropped", json: dropped.closed)
    json.member("last", lane.status.last)
    json.member("durable", lane.status.durable)
    json.member("segments", UInt64(lane.status.segments))
    json.member("bytes_on_disk", lane.status.bytesOnDisk)
    json.member("bytes_set_aside", lane.bytesSetAside)
    json.member("bytes_max", figures.limits?.bytesMax)
    json.member("position_lost", lane.report.isPositionLost)
    json.member("damaged_headers", UInt64(lane.report.damagedHeaders))
    json.member("strange_files", UInt64(lane.report.setAside))
    json.member("bytes_damaged", lane.report.bytesLost)
    json.member("bad_files", UInt64(lane.badFiles.count))
    json.member("records_per_day", perDay(lane.rate?.recordsPerSecond))
    json.member("bytes_per_day", perDay(lane.rate?.bytesPerSecond))
    json.member("outage_left_ms", figures.millisecondsLeft)
    json.member("bytes_written", lane.status.wear.bytesWritten)
    json.member("syncs", lane.status.wear.syncs)
    return json.closed
  }
}
