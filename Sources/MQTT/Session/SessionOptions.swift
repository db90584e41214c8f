extension Session {
  /// Who connects, what the session may hold, and how long it waits for what.
  public struct Options: Sendable {
    /// What is spoken. What only 5.0 has is left out of a CONNECT of 3.1.1.
    public var version = ProtocolVersion.v5
    /// Who the client is; two connections at once under one name make the broker close the first.
    /// Empty where the broker shall choose a name, see `Connack.Properties`.
    public var clientID: String
    /// The user's name, if the broker wants one.
    public var username: String?
    /// The password, any bytes; in 3.1.1 never without a user name.
    public var password: [UInt8]?
    /// Whether both sides begin without what they remember of the client (3.1.2.4). In 3.1.1 it is
    /// also forgotten when the connection ends.
    public var cleanStart = true
    /// For how many seconds the broker remembers the client when the connection has ended;
    /// `UInt32.max` for ever. 5.0 only: with 3.1.1 the broker decides, where `cleanStart` is false.
    public var sessionExpiry: UInt32 = 0
    /// What the broker publishes when the connection breaks. With 3.1.1 its properties are left out.
    public var will: Connect.Will?
    /// A PINGREQ is sent when nothing was sent for this long [MQTT-3.1.2-23]; zero for never. The
    /// broker is told whole seconds, rounded up, at most 65,535; one of 5.0 may decide otherwise.
    public var keepAlive: Duration = .seconds(60)

    /// What else there is to say in CONNECT; 5.0 only.
    public var userProperties: [UserProperty] = []
    /// Whether the broker is asked what response topics are made of; 5.0 only.
    public var requestResponseInformation = false
    /// Whether the broker may explain what fails; 5.0 only.
    public var requestProblemInformation = true
    /// How the client proves who it is, beyond name and password (MQTT 5.0, 4.12); see
    /// `Session.authenticate`. 5.0 only.
    public var authenticationMethod: EncodedString?
    /// What the method begins with.
    public var authenticationData: [UInt8]?

    /// CONNACK must come within this time. Ten seconds are a broker under load behind a slow link.
    public var connackTimeout: Duration = .seconds(10)
    /// PINGRESP must come within this time, or within `keepAlive` where that is shorter, so that a
    /// second ping is never due. A link that is gone without a word is noticed after both.
    public var pingTimeout: Duration = .seconds(20)
    /// While messages or requests are in flight, one must be acknowledged within this time. It is
    /// for the broker that answers pings and stores nothing; 30 s let 64 KiB through at 20 kbit/s.
    public var acknowledgeTimeout: Duration = .seconds(30)

    /// How many messages with QoS 1 and 2 may wait for their acknowledgement, 1 to 32,767, or what
    /// the broker allows, where that is less; other numbers are taken as the nearest of these. 20
    /// fill a link of 2 s round trip with ten batches a second, and are what mosquitto handles for
    /// one client at a time (max_inflight_messages).
    public var inFlightMax = 20
    /// Nothing more is published while this many bytes (at least 1) wait to be sent; one message may lie on
    /// top. 32 KiB keep a link busy and the gateway's memory small.
    public var outputMax = 32 * 1_024
    /// The largest packet that is sent, in bytes with its header, or what the broker takes, where
    /// that is less. 256 KiB are four of the gateway's largest batches, and about what hosted
    /// brokers accept.
    public var sentPacketSizeMax = 256 * 1_024
    /// The highest topic alias that is used, or the broker's, where that is lower; 0 for none. They
    /// save bytes where topics are long beside what is published. 5.0 only.
    public var sentTopicAliasMax: UInt16 = 0

    /// The largest packet that is accepted, in bytes with its header. What a broker sends to a
    /// client without subscriptions has four at most in 3.1.1, and rarely more than some properties
    /// in 5.0. A subscriber wants more.
    public var packetSizeMax = 1_024
    /// How many messages with QoS 1 and 2 the broker may send before the first is acknowledged, at
    /// least 1; one that sends more breaks the protocol. 5.0 only. The default is the protocol's own:
    /// `Session.wantsInput` holds up a fast broker just as well, and mosquitto 2.0.11 sends all that
    /// has queued up at once, whatever it was told.
    public var receiveMaximum: UInt16 = .max
    /// The highest topic alias that the broker may use; 0 for none. 5.0 only.
    public var topicAliasMaximum: UInt16 = 0

    /// The defaults above, for `clientID`.
    public init(clientID: String) {
      self.clientID = clientID
    }
  }
}

extension Session.Options {
  /// Whether the session may be resumed, so that messages must be kept until they are acknowledged.
  var keepsMessages: Bool { !cleanStart || (version == .v5 && sessionExpiry > 0) }

  /// The keep alive on the wire in seconds. Rounded up, so that the broker never waits for less
  /// than the session keeps to.
  var keepAliveSeconds: UInt16 {
    let (seconds, attoseconds) = min(max(keepAlive, .zero), .seconds(UInt16.max)).components
    return UInt16(seconds) + (attoseconds > 0 ? 1 : 0)
  }

  /// The largest time between two packets; nil for any.
  var keepAliveInterval: Duration? {
    keepAliveSeconds == 0 ? nil : min(keepAlive, .seconds(keepAliveSeconds))
  }

  /// The CONNECT that says all this.
  func connect() throws(PacketError) -> Connect {
    var connect = Connect(
      clientID: try EncodedString(clientID), cleanStart: cleanStart, keepAlive: keepAliveSeconds,
      will: will, password: password)
    if let username { connect.username = try EncodedString(username) }
    guard version == .v5 else {
      connect.will?.properties = Connect.Will.Properties()
      return connect
    }
    connect.properties.sessionExpiryInterval = sessionExpiry == 0 ? nil : sessionExpiry
    connect.properties.receiveMaximum = receiveMaximum == .max ? nil : max(receiveMaximum, 1)
    connect.properties.maximumPacketSize = UInt32(
      clamping: max(packetSizeMax, PacketDecoder.smallestPacketSizeMax))
    connect.properties.topicAliasMaximum = topicAliasMaximum == 0 ? nil : topicAliasMaximum
    connect.properties.requestResponseInformation = requestResponseInformation ? true : nil
    connect.properties.requestProblemInformation = requestProblemInformation ? nil : false
    connect.properties.userProperties = userProperties
    connect.properties.authenticationMethod = authenticationMethod
    connect.properties.authenticationData = authenticationData
    return connect
  }
}
