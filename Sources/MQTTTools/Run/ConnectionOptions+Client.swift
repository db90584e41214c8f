internal import MQTT
internal import MQTTClient
internal import System

extension ConnectionOptions {
  /// The largest packet of MQTT, with its header (2.2.3; MQTT 5.0, 2.1.4).
  static let packetSizeMax = 268_435_460

  /// The name that this client goes by. A random one has the 23 letters and digits that every broker
  /// takes [MQTT-3.1.3-5].
  func makeClientID() -> String {
    switch clientID {
    case .given(let name): return name
    case .prefix(let prefix): return joined(prefix, decimal(Int64(Files.processID)))
    case .random:
      // 32 of them, so that five random bits make one: no vowels, for they make words.
      let letters: StaticString = "0123456789BCDFGHJKLMNPQRSTVWXZbc"
      var name = Array("godwit".utf8)
      var random = Random()
      var bits: UInt64 = 0
      while name.count < 23 {
        if bits < 32 { bits = random.next() }
        name.append(letters.utf8Start[Int(bits & 31)])
        bits >>= 5
      }
      return String(decoding: name, as: UTF8.self)
    }
  }

  /// The way to the broker.
  /// - Throws: `.tls` where a file that TLS needs cannot be used.
  func makeRoute() throws(ClientError) -> Route {
    var route = Route(Endpoint(host: host ?? "localhost", port: port))
    route.proxy = proxy
    route.webSocketPath = webSocketPath
    guard isSecure else { return route }
    do throws(TLSError) {
      route.tls = try TLSContext(tls.options)
    } catch {
      throw .tls(error)
    }
    return route
  }

  /// What the client is told.
  func makeClientOptions(clientID: String) -> Client.Options {
    var session = Session.Options(clientID: clientID)
    session.version = version ?? .v5
    session.username = username
    session.password = password
    session.cleanStart = cleanStart
    session.sessionExpiry = sessionExpiry
    session.will = will
    session.keepAlive = keepAlive
    let connect = properties.connect
    session.userProperties = connect.userProperties
    if let wanted = connect.requestResponseInformation {
      session.requestResponseInformation = wanted
    }
    if let wanted = connect.requestProblemInformation { session.requestProblemInformation = wanted }
    session.authenticationMethod = connect.authenticationMethod
    session.authenticationData = connect.authenticationData
    // mosquitto 2.0.11 sends more than a small number allows, and what comes is written at once.
    session.receiveMaximum = connect.receiveMaximum ?? .max
    if let maximum = connect.topicAliasMaximum { session.topicAliasMaximum = maximum }
    session.packetSizeMax =
      connect.maximumPacketSize.map(Int.init) ?? ConnectionOptions.packetSizeMax
    session.sentPacketSizeMax = ConnectionOptions.packetSizeMax
    session.sentTopicAliasMax = properties.publish.topicAlias ?? 0
    var options = Client.Options(session: session)
    options.fallsBackToVersion311 = version == nil && needsVersion5 == nil
    return options
  }
}

extension ExitStatus {
  /// How a tool ends that could not go on.
  /// - Parameter version: what the user wants to be spoken; 3.1.1 has other numbers.
  init(_ error: ClientError, version: ProtocolVersion?) {
    switch error {
    case .session(.refused(let reason, _)):
      if version == .v311, let returnCode = Connack.ReturnCode(reason) {
        self.init(rawValue: Int32(returnCode.rawValue))
      } else {
        self = .refused(reason)
      }
    case .session(.disconnected), .closedByBroker, .connectionLost, .session(.pingTimeout),
      .session(.acknowledgeTimeout):
      self = .connectionLost
    case .nameNotFound, .connectFailed, .cancelled, .proxy, .tls, .webSocket, .openTimeout,
      .session:
      self = .failure
    }
  }
}

extension ClientError {
  /// Whether the next attempt to connect may go better. What the broker refuses for good, and what
  /// is wrong here, does not change by itself.
  var isTransient: Bool {
    switch self {
    case .session(.refused(let reason, _)):
      switch reason {
      case .serverUnavailable, .serverBusy, .connectionRateExceeded, .quotaExceeded: true
      default: false
      }
    case .session(.unsendable), .session(.notOffered), .cancelled: false
    case .nameNotFound, .connectFailed, .closedByBroker, .connectionLost, .proxy, .tls, .webSocket,
      .openTimeout, .session:
      true
    }
  }
}
