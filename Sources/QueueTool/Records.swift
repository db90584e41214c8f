internal import Pipeline
internal import Spool
internal import System
internal import Telemetry

/// Goes through the records that are meant.
private func forEachRecord(
  _ inspection: SpoolInspection, _ lanes: [String], _ options: QueueOptions, _ printer: Printer,
  _ body: (String, RecordWalk.Item) -> Void
) throws(SpoolError) {
  var rest = options.limit
  for lane in lanes {
    var first: UInt64 = 1
    if case .sequence(let sequence) = options.from { first = sequence }
    var walk = try inspection.records(of: lane, from: first, wantsSettled: options.wantsAll)
    walking: while rest > 0, printer.isOpen, let item = try walk.next() {
      if let from = options.from, from.isBehind(item.sequence, item.stamp) { continue }
      switch options.to {
      case .sequence(let last) where item.sequence > last: break walking
      case .time(let last) where item.stamp.wall > last: continue
      case .sequence, .time, nil: break
      }
      rest -= 1
      body(lane, item)
    }
  }
}

/// The moment of a record as people read it; with a question mark where the clock was not set.
func moment(_ stamp: Spool.Stamp) -> String {
  joined([Timestamp(unixMilliseconds: stamp.wall).text, stamp.isSynchronized ? "" : "?"])
}

/// `ls`: a line a record.
struct Listing {
  let inspection: SpoolInspection
  let lanes: [String]
  let place: QueuePlace
  let options: QueueOptions
  let printer: Printer

  init(
    _ inspection: SpoolInspection, _ lanes: [String], _ place: QueuePlace,
    _ options: QueueOptions, _ printer: Printer
  ) {
    self.inspection = inspection
    self.lanes = lanes
    self.place = place
    self.options = options
    self.printer = printer
  }

  func run() throws(SpoolError) {
    try forEachRecord(inspection, lanes, options, printer) { lane, item in
      let message = place.messages.message(item.payload, item.stamp)
      if options.isJSON {
        var json = RecordJSON(lane, item, wantsState: options.wantsAll)
        json.member("bytes", Int64(item.payload.count))
        json.member("topic", message?.topic)
        json.write(to: printer)
        return
      }
      printer.text([
        Peek.line(lane, item, message?.topic),
        options.wantsAll && !item.isQueued ? "  settled" : "",
        "\n",
      ])
    }
  }
}

/// `peek`: what a record says.
struct Peek {
  let inspection: SpoolInspection
  let place: QueuePlace
  let options: QueueOptions
  let printer: Printer

  init(
    _ inspection: SpoolInspection, _ place: QueuePlace, _ options: QueueOptions,
    _ printer: Printer
  ) {
    self.inspection = inspection
    self.place = place
    self.options = options
    self.printer = printer
  }

  func run() throws(SpoolError) -> QueueTool.ExitStatus {
    let lanes = try options.lanes(of: inspection)
    guard let sequence = options.sequence else {
      for lane in lanes {
        var walk = try inspection.records(of: lane, wantsSettled: options.wantsAll)
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
    var walk = try inspection.records(of: lanes[0], from: sequence, wantsSettled: true)
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

/// `export`: the records as JSON lines.
struct Export {
  let inspection: SpoolInspection
  let lanes: [String]
  let place: QueuePlace
  let options: QueueOptions
  let printer: Printer

  init(
    _ inspection: SpoolInspection, _ lanes: [String], _ place: QueuePlace,
    _ options: QueueOptions, _ printer: Printer
  ) {
    self.inspection = inspection
    self.lanes = lanes
    self.place = place
    self.options = options
    self.printer = printer
  }

  func run() throws(SpoolError) {
    try forEachRecord(inspection, lanes, options, printer) { lane, item in
      var json = RecordJSON(lane, item, wantsState: options.wantsAll)
      let message = place.messages.message(item.payload, item.stamp)
      json.member("topic", message?.topic)
      json.payload(message?.payload ?? item.payload)
      json.write(to: printer)
    }
  }
}

/// What is known of a record besides what it says, as the beginning of a JSON object.
private struct RecordJSON {
  private var json = JSONObject()

  init(_ lane: String, _ item: RecordWalk.Item, wantsState: Bool) {
    json.member("lane", lane)
    json.member("sequence", Int64(clamping: item.sequence))
    json.member("ts", item.stamp.wall)
    json.member("time", Timestamp(unixMilliseconds: item.stamp.wall).text)
    json.member("synchronized", item.stamp.isSynchronized)
    json.member("since_boot_ms", item.stamp.sinceBoot.milliseconds)
    json.member(
      "boot", hexadecimal(item.stamp.bootID.high) + hexadecimal(item.stamp.bootID.low))
    if wantsState { json.member("queued", item.isQueued) }
  }

  mutating func member(_ name: StaticString, _ text: String?) {
    if let text { json.member(name, text) }
  }

  mutating func member(_ name: StaticString, _ number: Int64) {
    json.member(name, number)
  }

  /// As it is where it is JSON, else as text of 64 letters.
  mutating func payload(_ payload: [UInt8]) {
    if JSONCheck.isValid(payload), !payload.contains(where: { $0 == 0x0A || $0 == 0x0D }) {
      json.member("payload", json: payload)
    } else {
      json.member("payload_base64", String(decoding: Base64.encode(payload), as: UTF8.self))
    }
  }

  mutating func write(to printer: Printer) {
    printer.raw(json.line())
  }
}

/// 16 hexadecimal digits.
private func hexadecimal(_ number: UInt64) -> String {
  var digits: [UInt8] = []
  for shift in stride(from: 60, through: 0, by: -4) {
    let digit = UInt8(number >> UInt64(shift) & 0xF)
    digits.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
  }
  return String(decoding: digits, as: UTF8.self)
}
