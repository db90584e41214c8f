/// Why a session cannot go on, or why a message is not taken.
///
/// After `notConnected`, `windowFull`, `outputFull`, `unsendable` and `exactlyOnceUnsupported` the
/// session is as it was before the call. All others end it: the connection is to be closed, and
/// every message in flight is to be sent again over the next one.
public enum SessionError: Error, Equatable, Sendable {
  // The message is not taken.

  /// The broker has not accepted the connection yet, or it has been told goodbye.
  case notConnected
  /// As many messages are in flight as may be; wait for an acknowledgement.
  case windowFull
  /// As many bytes wait to be sent as may; take the output and send it.
  case outputFull
  /// The packet would break a rule.
  case unsendable(PacketError)
  /// Messages with QoS 2 are not sent by this version.
  case exactlyOnceUnsupported

  // The session has ended.

  /// The broker refused the connection (3.2.2.3).
  case refused(Connack.ReturnCode)
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
  /// The broker acknowledged a message that is not in flight [MQTT-2.3.1-6].
  case unknownPacketIdentifier(UInt16)
  /// The broker remembers a session that was to be clean [MQTT-3.2.2-1].
  case unexpectedSessionPresent

  /// What happened, in words.
  public var text: String {
    switch self {
    case .notConnected: "the broker has not accepted the connection"
    case .windowFull: "too many messages are in flight"
    case .outputFull: "too many bytes wait to be sent"
    case .unsendable(let error): "not to be sent: \(error.text)"
    case .exactlyOnceUnsupported: "messages with QoS 2 are not supported"
    case .refused(let code): "the broker refused the connection: \(code.text)"
    case .connackTimeout(let timeout):
      "the broker did not answer CONNECT within \(timeout.secondsText)"
    case .pingTimeout(let timeout):
      "the broker did not answer PINGREQ within \(timeout.secondsText)"
    case .acknowledgeTimeout(let timeout):
      "the broker acknowledged nothing that is in flight for \(timeout.secondsText)"
    case .malformed(let error): "the broker broke the protocol: \(error.text)"
    case .unexpected(.connack): "the broker sent a second CONNACK (MQTT 3.2)"
    case .unexpected(.pingresp): "the broker sent PINGRESP without being asked (MQTT 3.13)"
    case .unexpected(.publish): "the broker sent PUBLISH without a subscription (MQTT 3.3)"
    case .unexpected(.puback): "the broker sent PUBACK before CONNACK [MQTT-3.2.0-1]"
    case .unexpected(.pubrec), .unexpected(.pubrel), .unexpected(.pubcomp), .unexpected(.suback),
      .unexpected(.unsuback):
      "the broker answered what was not asked (MQTT 4.8)"
    case .unexpected(let type): "the broker sent \(type.name), which only clients send (MQTT 2.2.1)"
    case .unknownPacketIdentifier(let identifier):
      "the broker acknowledged message \(identifier), which is not in flight [MQTT-2.3.1-6]"
    case .unexpectedSessionPresent:
      "the broker remembers a session that was to be clean [MQTT-3.2.2-1]"
    }
  }
}

extension Duration {
  /// The length in seconds with milliseconds where there are some, e.g. "10 s", "0.25 s".
  fileprivate var secondsText: String {
    let (seconds, attoseconds) = components
    let milliseconds = attoseconds / 1_000_000_000_000_000
    return milliseconds == 0
      ? "\(seconds) s" : "\(Double(seconds) + Double(milliseconds) / 1_000) s"
  }
}
