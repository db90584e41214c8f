/// The messages that tell a status by MQTT, below `{prefix}/{gateway}/$SYS/`.
///
/// It remembers since when the link is as it is, so that the time in the message does not tremble by
/// the moments at which two clocks are read.
public struct StatusTopics: Sendable {
  private var linkSince: Int64?
  private var linkWasUp = false

  /// Before the first status.
  public init() {}

  /// What the messages' topics begin with, e.g. `godwit/barn/$SYS/`.
  public static func root(prefix: String, gateway: String) -> String {
    joined([prefix, "/", gateway, "/$SYS/"])
  }

  /// The suffix of the topic that tells whether the gateway is there. It is the will's topic.
  public static let stateSuffix = "state"

  /// What `state` says when the gateway is gone: the will's payload, and after an orderly stop the
  /// last message before DISCONNECT, with which the broker throws the will away.
  public static let offline: [UInt8] = Array("offline".utf8)

  /// Two readings of the same beginning differ by less: a clock is slewed by 0.5 ms a second at most
  /// (adjtimex(2)), and the second that is nearest is told.
  private static let tremble: Int64 = 2_000

  /// The messages for a status, `state` first.
  public mutating func messages(of status: GatewayStatus) -> [StatusMessage] {
    let now = status.unixMilliseconds
    var messages = [
      StatusMessage(
        StatusTopics.stateSuffix, StatusTopics.bytes(status.state.name), news: [],
        urgency: .state),
      StatusTopics.plain("version", status.version),
      StatusTopics.plain("start", "\(status.start.name)"),
      StatusTopics.plain("clock", "\(status.clock.name)"),
      StatusMessage(
        "uptime", Array(decimal(status.uptime.components.seconds).utf8), news: []),
      StatusTopics.news("reload", StatusObjects.reload(status)),
    ]
    let link = status.link
    messages.append(
      StatusMessage(
        "link", StatusObjects.link(link, sinceMilliseconds: since(link, now)),
        news: StatusTopics.news([link.isUp ? "1" : "0", link.broker, "\(link.connections)"])))
    for lane in status.lanes {
      messages.append(
        StatusMessage(
          joined(["queue/", lane.name]), StatusObjects.lane(lane, at: now, isNamed: false),
          news: StatusTopics.news(
            [lane.trouble ?? ""]
              + lane.dropped.map { decimal(StatusTopics.magnitude($0.count)) })))
    }
    for bus in status.buses {
      messages.append(
        StatusMessage(
          joined(["bus/", bus.name]), StatusObjects.bus(bus, isNamed: false),
          news: StatusTopics.bytes(bus.stateName)))
    }
    for device in status.devices {
      let error = device.state == .ok ? nil : device.lastError
      messages.append(
        StatusMessage(
          joined(["device/", device.name]),
          StatusObjects.device(
            device, bus: status.busName(of: device), at: now, isNamed: false),
          news: StatusTopics.news(["\(device.state.name)", error ?? ""])))
    }
    messages.append(
      StatusMessage(
        "process", StatusObjects.process(status.process),
        news: StatusTopics.news([
          decimal(StatusTopics.magnitude(status.process.readingsDropped))
        ])))
    return messages
  }

  private mutating func since(_ link: GatewayStatus.Link, _ now: Int64) -> Int64 {
    let since = StatusObjects.moment(link.age, before: now) ?? now
    if let linkSince, linkWasUp == link.isUp, abs(since - linkSince) <= StatusTopics.tremble {
      return linkSince
    }
    linkSince = since
    linkWasUp = link.isUp
    return since
  }

  /// How many binary digits a count of losses has: the first is news, then each time that it has about
  /// doubled.
  private static func magnitude(_ count: UInt64) -> Int64 {
    Int64(UInt64.bitWidth - count.leadingZeroBitCount)
  }

  private static func plain(_ suffix: String, _ text: String) -> StatusMessage {
    news(suffix, Array(text.utf8))
  }

  /// A message of which every change is news.
  private static func news(_ suffix: String, _ payload: [UInt8]) -> StatusMessage {
    StatusMessage(suffix, payload, news: payload)
  }

  /// Texts one after the other; no text of ours has a NUL.
  private static func news(_ texts: [String]) -> [UInt8] {
    var bytes: [UInt8] = []
    for text in texts {
      bytes.append(contentsOf: text.utf8)
      bytes.append(0)
    }
    return bytes
  }

  private static func bytes(_ text: StaticString) -> [UInt8] { Array("\(text)".utf8) }
}
