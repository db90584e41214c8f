internal import Telemetry

/// A whole status as one JSON object, with the objects of the topics inside.
public enum StatusJSON {
  /// The object on a line of its own.
  public static func line(_ status: GatewayStatus) -> [UInt8] {
    let now = status.unixMilliseconds
    var json = JSONObject()
    json.member("gateway", status.gateway)
    json.member("version", status.version)
    json.member("state", "\(status.state.name)")
    json.member("ts", now)
    json.member("start", "\(status.start.name)")
    json.member("uptime_s", status.uptime.components.seconds)
    json.member("clock", "\(status.clock.name)")
    json.member("reload", json: StatusObjects.reload(status))
    let since = StatusObjects.moment(status.link.age, before: now) ?? now
    json.member("link", json: StatusObjects.link(status.link, sinceMilliseconds: since))
    json.member(
      "queue",
      json: list(status.lanes.map { StatusObjects.lane($0, at: now, isNamed: true) }))
    json.member("buses", json: list(status.buses.map { StatusObjects.bus($0, isNamed: true) }))
    json.member(
      "devices",
      json: list(
        status.devices.map {
          StatusObjects.device($0, bus: status.busName(of: $0), at: now, isNamed: true)
        }))
    json.member("process", json: StatusObjects.process(status.process))
    return json.line()
  }

  private static func list(_ objects: [[UInt8]]) -> [UInt8] {
    var text: [UInt8] = [UInt8(ascii: "[")]
    for object in objects {
      if text.count > 1 { text.append(UInt8(ascii: ",")) }
      text += object
    }
    return text + [UInt8(ascii: "]")]
  }
}
