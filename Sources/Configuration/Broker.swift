/// The MQTT broker that takes the readings.
public struct Broker: Equatable, Sendable {
  /// Where it is; several are tried in this order.
  public var endpoints: [BrokerEndpoint]
  /// The user name, where the broker wants one.
  public var username: String?
  /// The password, where the broker wants one; never logged.
  public var password: String?
  /// The name by which the broker knows this client.
  public var clientID: String
  /// What is spoken with it.
  public var mqttVersion: MQTTVersion
  /// How long the link may be silent before it is tried; zero for ever (MQTT 3.1.1, 3.1.2.10).
  public var keepAlive: Duration
  /// The longest pause between two attempts to connect.
  public var reconnectMax: Duration
  /// How long a broker that is not the first is stayed with before the first is tried again.
  public var returnAfter: Duration
  /// Whom to trust and who this end is, over TLS.
  public var tls: BrokerTLS
  /// What stands between this machine and the broker, if anything.
  public var proxy: BrokerProxy?

  /// The versions of MQTT that are tried.
  public enum MQTTVersion: Equatable, Sendable {
    /// 5.0, and where the broker refuses it, 3.1.1.
    case best
    /// 3.1.1 only.
    case only311
    /// 5.0 only.
    case only5
  }

  /// A broker at its endpoints, one at least; the rest is set where the configuration says so.
  public init(endpoints: [BrokerEndpoint], clientID: String) {
    self.endpoints = endpoints
    self.clientID = clientID
    username = nil
    password = nil
    mqttVersion = .best
    keepAlive = .seconds(60)
    reconnectMax = .seconds(60)
    returnAfter = .seconds(600)
    tls = BrokerTLS()
    proxy = nil
  }
}
