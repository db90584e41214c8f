extension Session {
  /// Who connects, and how long the session waits for what.
  public struct Options: Sendable {
    /// Who the client is; two connections at once under one name make the broker close the first.
    public var clientID: String
    /// The user's name, if the broker wants one.
    public var username: String?
    /// The password, any bytes; never without a user name.
    public var password: [UInt8]?
    /// Whether the broker shall forget what it knows of the client (3.1.2.4). The session itself
    /// keeps nothing from one connection to the next, so it cannot send again what was not
    /// acknowledged [MQTT-4.4.0-1]: with `false` that is the caller's business.
    public var cleanSession = true
    /// A PINGREQ is sent when nothing was sent for this long [MQTT-3.1.2-23]; zero for never. The
    /// broker is told whole seconds, rounded up, at most 65,535.
    public var keepAlive: Duration = .seconds(60)

    /// CONNACK must come within this time. Ten seconds are a broker under load behind a slow link.
    public var connackTimeout: Duration = .seconds(10)
    /// PINGRESP must come within this time, or within `keepAlive` where that is shorter, so that a
    /// second ping is never due. A link that is gone without a word is noticed after both.
    public var pingTimeout: Duration = .seconds(20)
    /// While messages are in flight, one must be acknowledged within this time. It is for the
    /// broker that answers pings and stores nothing; 30 s let 64 KiB through at 20 kbit/s.
    public var acknowledgeTimeout: Duration = .seconds(30)

    /// How many messages with QoS 1 may wait for PUBACK, 1 to 65,535; other numbers are taken as
    /// the nearest of these. 20 fill a link of 2 s round trip with ten batches a second, and are
    /// what mosquitto handles for one client at a time (max_inflight_messages).
    public var inFlightMax = 20
    /// Nothing more is published while this many bytes wait to be sent; one message may lie on
    /// top. 32 KiB keep a link busy and the gateway's memory small.
    public var outputMax = 32 * 1_024
    /// The largest PUBLISH that is sent, in bytes after its fixed header: topic, identifier and
    /// payload. 256 KiB are four of the gateway's largest batches, and about what hosted brokers
    /// accept.
    public var publishSizeMax = 256 * 1_024
    /// The largest packet that is accepted, in bytes with its header. What a broker sends to a
    /// client without subscriptions has four at most.
    public var packetSizeMax = 1_024

    /// The defaults above, for `clientID`.
    public init(clientID: String) {
      self.clientID = clientID
    }

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
  }
}
