public import Configuration
internal import Telemetry

/// What Home Assistant is told of a gateway's devices (home-assistant.io, MQTT: device discovery
/// payload): a message a device, made when it is sent, and one for the gateway itself.
///
/// A device whose payload is SenML is left out: Home Assistant's entities are made for the JSON of
/// docs/payload.md.
public struct DeviceDiscovery: Sendable {
  private let configuration: GatewayConfiguration
  private let prefix: String
  private let version: String
  private let stateTopic: String

  /// A message has some 400 bytes for a value. Brokers of the field take 128 KiB and more; one of
  /// half of it keeps a slow link for as long as the largest batch.
  static let payloadMax = 64 * 1_024

  /// Nil where the configuration does not want it.
  /// - Parameters:
  ///   - version: the program's.
  ///   - stateTopic: where the gateway says `online`, retained, and something else where it is not.
  public init?(_ configuration: GatewayConfiguration, version: String, stateTopic: String) {
    guard let settings = configuration.homeAssistant else { return nil }
    self.configuration = configuration
    prefix = settings.prefix
    self.version = version
    self.stateTopic = stateTopic
  }

  /// How many steps there are: the gateway, and each device.
  public var stepCount: Int { configuration.devices.count + 1 }

  /// The messages of a step; none for a device of which Home Assistant cannot be told.
  /// - Parameter old: what was told before, whose entities that are gone are taken away.
  public func messages(step: Int, replacing old: DeviceDiscovery? = nil) -> [DiscoveryMessage] {
    guard step > 0 else { return [gatewayMessage] }
    let device = configuration.devices[step - 1]
    let entities = entities(of: device)
    guard !entities.isEmpty else { return [] }
    var parts = Parts(limit: DeviceDiscovery.payloadMax)
    let topics = entities.map { $0.topic }
    let shared = topics.allSatisfy { $0 == topics[0] } ? topics[0] : nil
    let only = isTopicShared(by: device) ? device.name : nil
    for entity in entities {
      let identity = "godwit.\(configuration.gateway).\(device.name).\(entity.channel)"
      parts.add(
        entity.channel,
        entity.json(identity: identity, sharedTopic: shared, onlyOf: only))
    }
    for entity in old?.entities(ofDeviceNamed: device.name) ?? []
    where !entities.contains(where: { $0.channel == entity.channel }) {
      var gone = JSONObject()
      gone.member("p", "\(entity.platform)")
      parts.add(entity.channel, gone.closed)
    }
    return parts.parts.enumerated().map { index, components in
      DiscoveryMessage(
        topic: topic(of: device.name, part: index),
        payload: payload(of: device, sharedTopic: shared, components))
    }
  }

  /// All messages.
  public func messages(replacing old: DeviceDiscovery? = nil) -> [DiscoveryMessage] {
    (0..<stepCount).flatMap { messages(step: $0, replacing: old) }
  }

  /// The messages that make Home Assistant forget what this told and `new` does not.
  public func forgotten(by new: DeviceDiscovery?) -> [DiscoveryMessage] {
    let kept = new?.topics ?? []
    return topics.filter { !kept.contains($0) }.map { DiscoveryMessage(topic: $0, payload: []) }
  }

  /// Where retained messages of this gateway may be, of an earlier run with other devices too: what
  /// comes there and `owns` no more is to be overwritten by an empty retained message.
  public var filters: [String] {
    ["\(prefix)/device/godwit-\(configuration.gateway)/+/config"]
  }

  /// Whether a message of that topic is among those of this configuration.
  public func owns(_ topic: String) -> Bool { topics.contains(topic) }

  private var topics: [String] { messages().map { $0.topic } }
}

extension DeviceDiscovery {
  /// The components of messages, as many messages as it takes.
  private struct Parts {
    let limit: Int
    var parts: [[UInt8]] = []

    init(limit: Int) {
      self.limit = limit
    }

    /// What stands around the components: names of 64 bytes, topics of 1,024.
    static let frameMax = 4 * 1_024

    mutating func add(_ name: String, _ json: [UInt8]) {
      var member: [UInt8] = []
      JSONString.append(name, to: &member)
      member.append(UInt8(ascii: ":"))
      member += json
      if let last = parts.last, last.count + member.count + Parts.frameMax <= limit {
        parts[parts.count - 1].append(UInt8(ascii: ","))
        parts[parts.count - 1] += member
      } else {
        parts.append(member)
      }
    }
  }

  private func entities(of device: Device) -> [Entity] {
    device.sampling.payload == .json
      ? Entity.all(of: device, gateway: configuration.gateway) : []
  }

  fileprivate func entities(ofDeviceNamed name: String) -> [Entity] {
    for device in configuration.devices where device.name == name { return entities(of: device) }
    return []
  }

  /// Whether another device sends to a topic of this one, as with a template without `{device}`.
  private func isTopicShared(by device: Device) -> Bool {
    let own = entities(of: device).map { $0.topic }
    return configuration.devices.contains { other in
      other.name != device.name
        && Entity.all(of: other, gateway: configuration.gateway).contains { own.contains($0.topic) }
    }
  }

  /// Names have letters, digits, '-' and '_', as Home Assistant wants of these levels. Those of the
  /// second message of a device and the next never meet the first's of another gateway.
  private func topic(of device: String, part: Int) -> String {
    let node = part == 0 ? "godwit-" : "godwit_\(part + 1)-"
    return "\(prefix)/device/\(node)\(configuration.gateway)/\(device)/config"
  }

  private var gatewayIdentity: String { "godwit.\(configuration.gateway)" }

  /// What stands between the values that are not there and those that say why: whether the gateway
  /// is there. `stopping` is as good as offline.
  private static let stateTemplate = "{{ 'online' if value=='online' else 'offline' }}"

  private var gatewayMessage: DiscoveryMessage {
    var device = JSONObject()
    device.member("ids", gatewayIdentity)
    device.member("name", "Godwit \(configuration.gateway)")
    device.member("mdl", "Godwit")
    device.member("sw", version)
    var connection = JSONObject()
    connection.member("p", "binary_sensor")
    connection.member("uniq_id", "\(gatewayIdentity)..state")
    connection.member("name", "Connection")
    connection.member("stat_t", stateTopic)
    connection.member("val_tpl", DeviceDiscovery.stateTemplate)
    connection.member("pl_on", "online")
    connection.member("pl_off", "offline")
    connection.member("dev_cla", "connectivity")
    connection.member("ent_cat", "diagnostic")
    var components = JSONObject()
    components.member("state", json: connection.closed)
    var message = JSONObject()
    message.member("dev", json: device.closed)
    message.member("o", json: origin)
    message.member("cmps", json: components.closed)
    return DiscoveryMessage(
      topic: "\(prefix)/device/godwit-\(configuration.gateway)/config", payload: message.closed)
  }

  private var origin: [UInt8] {
    var origin = JSONObject()
    origin.member("name", "Godwit")
    origin.member("sw", version)
    return origin.closed
  }

  private func payload(
    of device: Device, sharedTopic: String?, _ components: [UInt8]
  ) -> [UInt8] {
    var json = JSONObject()
    json.member("ids", "\(gatewayIdentity).\(device.name)")
    json.member("name", device.name)
    json.member("mdl", device.profile.title)
    json.member("via_device", gatewayIdentity)
    var message = JSONObject()
    message.member("dev", json: json.closed)
    message.member("o", json: origin)
    message.member("avty_t", stateTopic)
    message.member("avty_tpl", DeviceDiscovery.stateTemplate)
    if let sharedTopic { message.member("stat_t", sharedTopic) }
    message.member("qos", Int64(1))
    message.member(
      "cmps", json: [UInt8(ascii: "{")] + components + [UInt8(ascii: "}")])
    return message.closed
  }
}
