internal import Pipeline
internal import Spool
internal import System

/// `peek`: what a record says.
struct Peek {
  private let job: QueueJob
  private let inspection: SpoolInspection
  private var place: QueuePlace { job.place }
  private var options: QueueOptions { job.options }
  private var printer: Printer { job.printer }

  init(_ job: QueueJob, _ inspection: SpoolInspection) {
    self.job = job
    self.inspection = inspection
  }

  func run() throws(SpoolError) -> QueueTool.ExitStatus {
    let lanes = try options.lanes(of: inspection)
    guard let sequence = options.sequence else {
      for lane in lanes {
        let walk = try inspection.records(of: lane, wantsSettled: options.wantsAll)
        if let item = try walk.next() { return show(lane, item) }
      }
      QueueTool.tell([options.wantsAll ? "nothing is on disk" : "nothing is queued"])
      return .failure
    }
    guard lanes.count == 1 else {
      QueueTool.tell([
        "'", decimal(Int64(clamping: sequence)), "' is in more than one lane, expected e.g. ",
        lanes.first ?? "", "/", decimal(Int64(clamping: sequence)),
      ])
      return .usage
    }
    let walk = try inspection.records(of: lanes[0], from: sequence, wantsSettled: true)
    if let item = try walk.next(), item.sequence == sequence { return show(lanes[0], item) }
    QueueTool.tell([
      lanes[0], "/", decimal(Int64(clamping: sequence)),
      " is not on disk; 'godwit queue ls --all' tells what is",
    ])
    return .failure
  }

  private func show(_ lane: String, _ item: RecordWalk.Item) -> QueueTool.ExitStatus {
    if options.isRaw {
      printer.raw(item.payload)
      return .success
    }
    guard let message = place.messages.message(item.payload, item.stamp) else {
      QueueTool.tell([
        Peek.line(lane, item, nil), ": no message of a gateway; --raw gives its bytes",
      ])
      return .failure
    }
    print(joined([Peek.line(lane, item, message.topic), "\n"]), to: .standardError)
    printer.raw(message.payload)
    printer.text("\n")
    return .success
  }

  /// A record in one line.
  static func line(_ lane: String, _ item: RecordWalk.Item, _ topic: String?) -> String {
    var bytes = joined([decimal(Int64(item.payload.count)), " B"])
    while bytes.utf8.count < 8 { bytes = joined([" ", bytes]) }
    var name = joined([lane, "/", decimal(Int64(clamping: item.sequence))])
    while name.utf8.count < 18 { name = joined([name, " "]) }
    let mark = item.stamp.isSynchronized ? "   " : "  "
    return joined([
      name, "  ", moment(item.stamp), mark, bytes,
      "  ", topic.map { printable($0) } ?? "-",
    ])
  }

  /// Text of a damaged or hostile record must not command the terminal.
  private static func printable(_ text: String) -> String {
    let bytes = text.utf8.map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: "?") : $0 }
    return String(decoding: bytes, as: UTF8.self)
  }
}
