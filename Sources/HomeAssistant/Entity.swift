internal import Configuration
internal import Telemetry

/// A value of a device as Home Assistant knows it, which calls it an entity or a component.
struct Entity {
  /// The value's name in readings.
  let channel: String
  let point: Point
  /// What is worked out of the point's values; nil for the values themselves.
  let aggregate: Sampling.Aggregate?
  /// Where it comes.
  let topic: String
  /// After so many seconds without a message the value is not known any more; nil for never.
  let expiry: Int64?

  /// Whether it is yes or no.
  var isBinary: Bool {
    guard point.kind == .boolean else { return false }
    switch aggregate {
    case nil, .last, .min, .max: return true
    case .mean, .timeWeightedMean, .sum, .count: return false
    }
  }

  /// What kind of entity it is.
  var platform: StaticString { isBinary ? "binary_sensor" : "sensor" }

  private var isNumber: Bool {
    !isBinary && (point.kind == .number || point.kind == .boolean || aggregate == .count)
  }

  /// The entities of a device: what its messages really have, in the order of its points.
  static func all(of device: Device, gateway: String) -> [Entity] {
    let sampling = device.sampling
    var entities: [Entity] = []
    for (place, rules) in sampling.points.enumerated() {
      let point = device.profile.points[device.points[place]]
      let topic = sampling.topic.topic(
        gateway: gateway, device: device.name, profile: device.profile.id, channel: point.name)
      let interval = device.interval(ofPoint: place)
      if rules.report != .never {
        var expiry = Entity.expiry(interval, sampling.batch.time)
        if rules.report != .always {
          expiry = rules.heartbeat.flatMap { Entity.expiry($0, sampling.batch.time) }
        }
        entities.append(
          Entity(channel: point.name, point: point, aggregate: nil, topic: topic, expiry: expiry))
      }
      for aggregate in rules.aggregates {
        let isText = point.kind == .text || point.kind == .texts
        if isText && aggregate != .last && aggregate != .count { continue }
        entities.append(
          Entity(
            channel: point.name + aggregate.suffix, point: point, aggregate: aggregate,
            topic: topic, expiry: Entity.expiry(interval, sampling.batch.time)))
      }
    }
    return entities
  }

  /// What may be between two messages at worst, and the same again for a reading that failed, the
  /// way and the broker; a minute more so that fast ones do not come and go with a slow link.
  private static func expiry(_ interval: Duration, _ batch: Duration) -> Int64? {
    let seconds = 2 * (interval + batch).components.seconds + 60
    return seconds <= expiryMax ? seconds : nil
  }

  /// Home Assistant takes any whole number; after a month nobody waits for a value any more.
  private static let expiryMax: Int64 = 31 * 86_400

  /// The JSON object of the entity, without what all entities of the device share.
  /// - Parameters:
  ///   - identity: what it is called in Home Assistant's registry, for ever.
  ///   - sharedTopic: the topic that need not be repeated.
  ///   - device: its device's name where other devices send to the same topic.
  func json(identity: String, sharedTopic: String?, onlyOf device: String?) -> [UInt8] {
    var json = JSONObject()
    json.member("p", "\(platform)")
    json.member("uniq_id", identity)
    json.member("name", Entity.title(channel))
    if topic != sharedTopic { json.member("stat_t", topic) }
    json.member("val_tpl", template(onlyOf: device))
    if let expiry { json.member("exp_aft", expiry) }
    if isBinary {
      json.member("pl_on", "True")
      json.member("pl_off", "False")
      if let name = EntityClass.truth(point).name { json.member("dev_cla", name) }
    } else if isNumber {
      writeNumber(&json)
    }
    if !isBinary && !isNumber || aggregate == .count || point.quantity == "unix_time" {
      json.member("ent_cat", "diagnostic")
    }
    return json.closed
  }

  private func writeNumber(_ json: inout JSONObject) {
    var kind =
      point.kind == .number
      ? EntityClass.number(point) : EntityClass(name: nil, state: .measurement)
    if let aggregate { kind = kind.of(aggregate) }
    if let name = kind.name { json.member("dev_cla", name) }
    if let state = kind.state { json.member("stat_cla", "\(state.word)") }
    guard aggregate != .count, point.kind == .number else { return }
    if let unit = UnitTable.name(of: point.unit) { json.member("unit_of_meas", unit) }
    if let digits = point.digits { json.member("sug_dsp_prc", Int64(digits)) }
  }

  /// Home Assistant's template (Jinja) that takes the newest value out of a batch. A reading may lack
  /// it, because it was not due or did not change: then a number and a yes or no stay as they are for
  /// an empty text, and a text for what it was. None is a value that is missing.
  private func template(onlyOf device: String?) -> String {
    let value = "r['\(channel)']"
    let shown: String
    if isBinary || isNumber {
      shown = value
    } else if point.kind == .texts {
      shown = "(\(value)|join(', '))[:255] or '-' if \(value) is not none else none"
    } else {
      shown = "(\(value)|string)[:255] or '-'"
    }
    let condition = device.map { " and value_json.device=='\($0)'" } ?? ""
    let otherwise = isBinary || isNumber ? "" : "{% else %}{{ this.state }}"
    return "{% for r in value_json.readings|reverse if '\(channel)' in r\(condition) %}"
      + "{% if loop.first %}{{ \(shown) }}{% endif %}\(otherwise){% endfor %}"
  }

  /// `voltage_l1` as `Voltage l1`.
  static func title(_ name: String) -> String {
    var bytes = Array(name.utf8)
    for index in bytes.indices where bytes[index] == UInt8(ascii: "_") {
      bytes[index] = UInt8(ascii: " ")
    }
    if let first = bytes.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) {
      bytes[0] = first - 32
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
