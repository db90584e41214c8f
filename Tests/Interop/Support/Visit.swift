import MQTT
import MQTTClient
import System

/// What a case has to work with: a broker that runs, the version to speak, and names of its own.
struct Visit: Sendable {
  let broker: Broker
  let version: ProtocolVersion
  /// The first levels of every topic and the beginning of every client identifier of the case.
  let name: String
  /// How long it waits for what should come. A loaded machine may take long; what a broker is known
  /// not to do is not worth that wait.
  let patience: Duration

  /// How long a case waits to be sure that nothing comes.
  static let quiet: Duration = .milliseconds(300)

  func topic(_ rest: String) throws -> TopicName { try TopicName("\(name)/\(rest)") }

  func filter(_ rest: String) throws -> TopicFilter { try TopicFilter("\(name)/\(rest)") }

  func subscription(_ rest: String, _ qos: QoS = .exactlyOnce) throws -> Subscription {
    Subscription(filter: try filter(rest), maximumQoS: qos)
  }

  /// The options of a client, with the name and the password that the broker lets in.
  /// - Parameter id: what follows the case's name in the client identifier.
  func options(_ id: String) -> Client.Options {
    var session = Session.Options(clientID: "\(name)-\(id)".replacing("/", with: "-"))
    session.version = version
    session.username = Workshop.user
    session.password = Array(Workshop.password.utf8)
    // Less than mosquitto lets a client of 3.1.1 ask for; see also `MosquittoLimit`.
    session.keepAlive = .seconds(8)
    session.connackTimeout = patience
    session.packetSizeMax = 256 * 1_024
    var options = Client.Options(session: session)
    options.fallsBackToVersion311 = false
    return options
  }

  /// A route by TLS.
  func secureRoute(_ port: UInt16, _ options: TLSOptions) throws -> Route {
    var route = Route(Endpoint(host: "localhost", port: port))
    route.tls = try TLSContext(options)
    return route
  }

  /// TLS that trusts the authority of the broker's certificate.
  var trust: TLSOptions {
    var options = TLSOptions()
    options.caFile = broker.workshop.path("ca.pem")
    return options
  }

  /// Connects by plain TCP.
  /// - Parameters:
  ///   - port: nil for the broker's own.
  ///   - configure: changes what the client is told.
  func connect(
    _ id: String, port: UInt16? = nil, resuming state: Session.State = Session.State(),
    _ configure: (inout Client.Options) throws -> Void = { _ in }
  ) throws -> Guest {
    var options = options(id)
    try configure(&options)
    return try Guest(
      Route(Endpoint(host: "127.0.0.1", port: port ?? broker.doors.tcp)), options,
      resuming: state, visit: self)
  }
}

extension Visit {
  /// A client that may be refused.
  func client(
    _ id: String, _ configure: (inout Session.Options) -> Void
  ) throws(ClientError) -> Client {
    var options = options(id)
    configure(&options.session)
    return try Client(
      connectingTo: Endpoint(host: "127.0.0.1", port: broker.doors.tcp), options: options)
  }
}
