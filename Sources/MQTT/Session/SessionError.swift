/// Why a session cannot go on, or why something is not taken.
///
/// After the first seven the session is as it was before the call. All others end it: what is in the
/// output is to be sent (in 5.0 it tells the broker why), the connection is to be closed, and every
/// message in flight is to be sent again over the next one.
public enum SessionError: Error, Equatable, Sendable {
  // It is not taken.

  /// The broker has not accepted the connection yet, or it has been told goodbye.
  case notConnected
  /// As many messages are in flight as may be; wait for an acknowledgement.
  case windowFull
  /// As many bytes wait to be sent as may; take the output and send it.
  case outputFull
  /// As many SUBSCRIBE and UNSUBSCRIBE wait for their answer as may; wait for one.
  case requestsFull
  /// The packet would break a rule, or be larger than the broker takes.
  case unsendable(PacketError)
  /// The broker has said that it does not have this.
  case notOffered(ServerFeature)
  /// There is no authentication to go on with (MQTT 5.0, 4.12).
  case noAuthentication

  // The session has ended.

  /// The broker refused the connection (3.2.2.3; MQTT 5.0, 3.2.2.2).
  case refused(ReasonCode, ServerRemarks)
  /// The broker ended the connection with DISCONNECT (MQTT 5.0, 3.14).
  case disconnected(ReasonCode, ServerRemarks)
  /// No CONNACK in this time.
  case connackTimeout(Duration)
  /// No PINGRESP in this time: the link is gone.
  case pingTimeout(Duration)
  /// Messages are in flight, and none was acknowledged in this time: the broker is stalled.
  case acknowledgeTimeout(Duration)
  /// The broker sent what is no packet.
  case malformed(PacketError)
  /// The broker sent a packet that it must not send, or not now.
  case unexpected(PacketType)
  /// The broker acknowledged what is not in flight [MQTT-2.3.1-6].
  case unknownPacketIdentifier(UInt16)
  /// The broker takes packets of so few bytes that it could not be answered (MQTT 5.0, 3.2.2.3.6).
  case packetSizeTooSmall(Int)
  /// The broker remembers a session that was to be clean [MQTT-3.2.2-1].
  case unexpectedSessionPresent
  /// SUBACK or UNSUBACK has not as many reason codes as there were filters [MQTT-3.8.4-5].
  case wrongReasonCodeCount(PacketType, Int, expected: Int)
  /// More messages than this client can take at a time [MQTT-3.3.4-9].
  case receiveMaximumExceeded(UInt16)
  /// A topic alias that this client has not allowed (MQTT 5.0, 3.3.4).
  case topicAliasInvalid(UInt16)
  /// A topic alias instead of a topic, which the broker has not said before (MQTT 5.0, 3.3.4).
  case topicAliasUnknown(UInt16)
  /// A property that only a client may send here [MQTT-3.14.2-2].
  case misplacedProperty(PropertyIdentifier, PacketType)
  /// A reason string or a user property, which this client has asked not to get [MQTT-3.1.2-29].
  case unrequestedProblemInformation(PacketType)
  /// Another authentication method than the client's [MQTT-4.12.0-5].
  case wrongAuthenticationMethod
}

/// What a broker says besides when it ends a connection (MQTT 5.0, 3.2.2.3 and 3.14.2.2).
public struct ServerRemarks: Equatable, Sendable {
  /// What happened, for people who look for a fault.
  public var reason: EncodedString?
  /// Another server to use, e.g. "broker2:1883" (MQTT 5.0, 4.11).
  public var serverReference: EncodedString?

  /// Remarks, where there are any.
  public init(reason: EncodedString? = nil, serverReference: EncodedString? = nil) {
    self.reason = reason
    self.serverReference = serverReference
  }

  /// What is to be said behind the reason code; empty where there are none.
  var text: String {
    let said = reason.map { ", and says \"\($0.text)\"" } ?? ""
    let reference = serverReference.map { ", and refers to \($0.text)" } ?? ""
    return said + reference
  }
}

extension SessionError {
  /// Whether the call was refused, and the session goes on as if it had not been made.
  public var isRefusal: Bool {
    switch self {
    case .notConnected, .windowFull, .outputFull, .requestsFull, .unsendable, .notOffered,
      .noAuthentication:
      true
    case .refused, .disconnected, .connackTimeout, .pingTimeout, .acknowledgeTimeout, .malformed,
      .unexpected, .unknownPacketIdentifier, .unexpectedSessionPresent, .wrongReasonCodeCount,
      .receiveMaximumExceeded, .topicAliasInvalid, .topicAliasUnknown, .packetSizeTooSmall,
      .misplacedProperty, .unrequestedProblemInformation, .wrongAuthenticationMethod:
      false
    }
  }

  /// What DISCONNECT tells the broker of it; nil where there is nothing to tell, because the broker
  /// itself has ended the connection or does not answer.
  var reasonCode: ReasonCode? {
    switch self {
    case .malformed(let error): error.reasonCode
    case .unexpected, .unknownPacketIdentifier, .unexpectedSessionPresent, .wrongReasonCodeCount,
      .topicAliasUnknown, .misplacedProperty, .unrequestedProblemInformation,
      .wrongAuthenticationMethod:
      .protocolError
    case .receiveMaximumExceeded: .receiveMaximumExceeded
    case .topicAliasInvalid: .topicAliasInvalid
    case .acknowledgeTimeout: .unspecifiedError
    case .notConnected, .windowFull, .outputFull, .requestsFull, .unsendable, .notOffered,
      .noAuthentication, .refused, .disconnected, .connackTimeout, .pingTimeout,
      .packetSizeTooSmall:
      nil
    }
  }
}
