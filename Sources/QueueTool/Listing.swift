internal import Pipeline
internal import Spool
internal import System
internal import Telemetry

/// The moment of a record as people read it; with a question mark where the clock was not set.
func moment(_ stamp: Spool.Stamp) -> String {
  joined([Timestamp(unixMilliseconds: stamp.wall).text, stamp.isSynchronized ? "" : "?"])
}

/// `ls` and `export`: a line a record.
struct Listing {
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
    var rest = options.limit
    for lane in lanes {
      var first: UInt64 = 1
      if case .sequence(let sequence) = options.from { first = sequence }
      let walk = try inspection.records(of: lane, from: first, wantsSettled: options.wantsAll)
      walking: while rest > 0, printer.isOpen, let item = try walk.next() {
        if let from = options.from, from.isBehind(item.sequence, item.stamp) { continue }
        switch options.to {
        case .sequence(let last) where item.sequence > last: break walking
        case .time(let last) where item.stamp.wall > last: continue
        case .sequence, .time, nil: break
        }
        rest -= 1
        write(lane, item)
      }
    }
  }

  private func write(_ lane: String, _ item: RecordWalk.Item) {
    let message = place.messages.message(item.payload, item.stamp)
    guard options.subcommand == .export || options.isJSON else {
      printer.text([
        Peek.line(lane, item, message?.topic),
        options.wantsAll && !item.isQueued ? "  settled" : "",
        "\n",
      ])
      return
    }
    var json = JSONObject()
    json.member("lane", lane)
    json.member("sequence", item.sequence)
    json.member("ts", item.stamp.wall)
    json.member("time", Timestamp(unixMilliseconds: item.stamp.wall).text)
    json.member("synchronized", item.stamp.isSynchronized)
    json.member("since_boot_ms", item.stamp.sinceBoot.milliseconds)
    json.member(
      "boot",
      Hexadecimal.text(item.stamp.bootID.high) + Hexadecimal.text(item.stamp.bootID.low))
    if options.wantsAll { json.member("queued", item.isQueued) }
    if let message { json.member("topic", message.topic) }
    if options.subcommand == .export {
      let payload = message?.payload ?? item.payload
      // As it is where it is JSON on one line, else as text of 64 letters.
      if JSONCheck.isValid(payload), !payload.contains(where: { $0 == 0x0A || $0 == 0x0D }) {
        json.member("payload", json: payload)
      } else {
        json.member("payload_base64", String(decoding: Base64.encode(payload), as: UTF8.self))
      }
    } else {
      json.member("bytes", Int64(item.payload.count))
    }
    printer.raw(json.line())
  }
}
