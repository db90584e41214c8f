internal import Configuration
internal import MQTT

/// Which version of MQTT each of a configuration's brokers speaks, as far as it is known.
struct BrokerVersions {
  private var versions: [ProtocolVersion]
  /// Whether a broker that refuses 5.0 is asked again with 3.1.1.
  let mayFallBack: Bool

  /// What to begin with.
  init(_ broker: Broker) {
    let first: ProtocolVersion = broker.mqttVersion == .only311 ? .v311 : .v5
    versions = broker.endpoints.map { _ in first }
    mayFallBack = broker.mqttVersion == .best
  }

  /// What to speak with the broker at this index; set when it has accepted a connection, so that one
  /// that refused 5.0 is asked only once.
  subscript(index: Int) -> ProtocolVersion {
    get { versions[index] }
    set { versions[index] = newValue }
  }
}
