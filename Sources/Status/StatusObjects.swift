internal import Telemetry

/// The parts of a status as JSON objects, in the topics and in the whole.
///
/// Moments are milliseconds since 1970 UTC, in whole seconds: where nothing has happened they stay as
/// they are from one status to the next.
enum StatusObjects {
  static func link(_ link: GatewayStatus.Link, sinceMilliseconds: Int64) -> [UInt8] {
    var json = JSONObject()
    json.member("state", link.isUp ? "up" : "down")
    json.member("broker", link.broker)
    json.member("since_ts", sinceMilliseconds)
    json.member("connections", link.connections)
    json.member("acknowledged", link.acknowledged)
    json.member("round_trip_ms", json: milliseconds(link.roundTrip))
    member("last_error", link.lastError, of: &json)
    return json.closed
  }

  static func lane(_ lane: GatewayStatus.Lane, at now: Int64, isNamed: Bool) -> [UInt8] {
    var json = JSONObject()
    if isNamed { json.member("name", lane.name) }
    json.member("records", lane.records)
    json.member("bytes_on_disk", lane.bytesOnDisk)
    json.member("bytes_in_memory", lane.bytesInMemory)
    json.member("oldest_ts", moment(lane.oldestAge, before: now))
    json.member("accepted", lane.accepted)
    json.member("acknowledged", lane.acknowledged)
    var dropped = JSONObject()
    for reason in lane.dropped { dropped.member(reason.reason, reason.count) }
    json.member("dropped", json: dropped.closed)
    json.member("durable", lane.durable)
    json.member("syncs_per_day", lane.syncsPerDay)
    json.member("bytes_written_per_day", lane.bytesWrittenPerDay)
    member("trouble", lane.trouble, of: &json)
    return json.closed
  }

  static func bus(_ bus: GatewayStatus.Bus, isNamed: Bool) -> [UInt8] {
    var json = JSONObject()
    if isNamed { json.member("name", bus.name) }
    json.member("state", "\(bus.stateName)")
    json.member("load_percent", Int64(bus.loadPercent))
    json.member("readings", bus.samples)
    var errors: [UInt8] = [UInt8(ascii: "{")]
    for error in bus.errors {
      if errors.count > 1 { errors.append(UInt8(ascii: ",")) }
      JSONString.append(error.name, to: &errors)
      errors.append(UInt8(ascii: ":"))
      errors.append(contentsOf: decimal(Int64(clamping: error.count)).utf8)
    }
    json.member("errors", json: errors + [UInt8(ascii: "}")])
    json.member("retries", bus.retries)
    json.member("turns_missed", bus.turnsMissed)
    json.member("latency_ms", json: milliseconds(bus.latency))
    return json.closed
  }

  static func device(
    _ device: GatewayStatus.Device, bus: String, at now: Int64, isNamed: Bool
  ) -> [UInt8] {
    var json = JSONObject()
    if isNamed { json.member("name", device.name) }
    json.member("state", "\(device.state.name)")
    json.member("bus", bus)
    json.member("reading_ts", moment(device.readingAge, before: now))
    json.member("failures", device.failures)
    member("last_error", device.lastError, of: &json)
    return json.closed
  }

  static func process(_ process: GatewayStatus.Process) -> [UInt8] {
    var json = JSONObject()
    json.member("resident_bytes", process.residentBytes)
    json.member("threads", process.threads)
    json.member("cpu_ms", process.cpu.wholeMilliseconds)
    json.member("readings_dropped", process.readingsDropped)
    return json.closed
  }

  static func reload(_ status: GatewayStatus) -> [UInt8] {
    var json = JSONObject()
    json.member("taken", status.reloads)
    member("error", status.reloadError, of: &json)
    return json.closed
  }

  /// When something was that is so old now, in whole seconds; nil where it was not.
  static func moment(_ age: Duration?, before now: Int64) -> Int64? {
    age.map { wholeSecond(now - min(max($0.wholeMilliseconds, 0), Int64.max / 2)) }
  }

  /// The second that a moment is nearest to, in milliseconds.
  static func wholeSecond(_ milliseconds: Int64) -> Int64 {
    let up = milliseconds + 500
    return up - (up % 1_000 + 1_000) % 1_000
  }

  private static func milliseconds(_ duration: Duration?) -> [UInt8] {
    Array((duration?.millisecondsText ?? "null").utf8)
  }

  private static func member(_ name: StaticString, _ text: String?, of json: inout JSONObject) {
    if let text {
      json.member(name, text)
    } else {
      json.member(name, json: Array("null".utf8))
    }
  }
}

extension GatewayStatus.Bus {
  /// The word for whether its thread makes progress.
  var stateName: StaticString { isWorking ? "working" : "stuck" }
}

extension GatewayStatus {
  /// The name of a device's bus.
  func busName(of device: Device) -> String {
    buses.indices.contains(device.bus) ? buses[device.bus].name : ""
  }
}
