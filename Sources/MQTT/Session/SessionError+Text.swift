extension SessionError {
  /// What happened, in words.
  public var text: String {
    switch self {
    case .notConnected: "the broker has not accepted the connection"
    case .windowFull: "too many messages are in flight"
    case .outputFull: "too many bytes wait to be sent"
    case .requestsFull: "too many subscriptions wait for their answer"
    case .unsendable(let error): "not to be sent: \(error.text)"
    case .notOffered(let feature): "the broker does not have \(feature.text)"
    case .noAuthentication: "there is no authentication to go on with (MQTT 5.0, 4.12)"
    case .refused(let code, let remarks):
      "the broker refused the connection: \(code.text)\(remarks.text)"
    case .disconnected(let code, let remarks):
      "the broker ended the connection: \(code.disconnectText)\(remarks.text)"
    case .connackTimeout(let timeout):
      "the broker did not answer CONNECT within \(timeout.secondsText)"
    case .pingTimeout(let timeout):
      "the broker did not answer PINGREQ within \(timeout.secondsText)"
    case .acknowledgeTimeout(let timeout):
      "the broker acknowledged nothing that is in flight for \(timeout.secondsText)"
    case .malformed(let error): "the broker broke the protocol: \(error.text)"
    case .unexpected(.connack): "the broker sent a second CONNACK (MQTT 3.2)"
    case .unexpected(.pingresp): "the broker sent PINGRESP without being asked (MQTT 3.13)"
    case .unexpected(.auth):
      "the broker sent AUTH when it was not its turn (MQTT 5.0, 4.12), or to a client that has no "
        + "authentication method [MQTT-4.12.0-6]"
    case .unexpected(.disconnect):
      "the broker sent DISCONNECT before CONNACK [MQTT-3.2.0-1], or in 3.1.1, where only clients "
        + "send it (MQTT 3.14)"
    case .unexpected(let type) where type.isFromServer:
      "the broker sent \(type.name) before CONNACK [MQTT-3.2.0-1]"
    case .unexpected(let type): "the broker sent \(type.name), which only clients send (MQTT 2.2.1)"
    case .unknownPacketIdentifier(let identifier):
      "the broker acknowledged packet \(identifier), which is not in flight [MQTT-2.3.1-6]"
    case .packetSizeTooSmall(let size):
      "the broker takes packets of \(size) bytes at most, too few to answer it (MQTT 5.0, 3.2.2.3.6)"
    case .unexpectedSessionPresent:
      "the broker remembers a session that was to be clean [MQTT-3.2.2-1]"
    case .wrongReasonCodeCount(let type, let count, let expected):
      "the broker sent \(type.name) with \(count) reason codes for \(expected) filters "
        + (type == .suback ? "[MQTT-3.8.4-5]" : "(MQTT 5.0, 3.11.3)")
    case .receiveMaximumExceeded(let maximum):
      "the broker sent more than \(maximum) messages at a time [MQTT-3.3.4-9]"
    case .topicAliasInvalid(let alias):
      "the broker used the topic alias \(alias), which it was not allowed (MQTT 5.0, 3.3.4)"
    case .topicAliasUnknown(let alias):
      "the broker used the topic alias \(alias), which stands for nothing (MQTT 5.0, 3.3.4)"
    case .misplacedProperty(let property, let type):
      "the broker sent \(type.name) with \(property.name), which only clients send [MQTT-3.14.2-2]"
    case .unrequestedProblemInformation(let type):
      "the broker sent \(type.name) with an explanation that it was asked not to send "
        + "[MQTT-3.1.2-29]"
    case .wrongAuthenticationMethod:
      "the broker answered with another authentication method [MQTT-4.12.0-5]"
    }
  }
}

extension ReasonCode {
  /// The code in words where it stands in a DISCONNECT of the broker.
  fileprivate var disconnectText: String {
    self == .normalDisconnection ? "it gave no reason" : text
  }
}

extension PacketType {
  /// Whether a server sends it (table 2.1; MQTT 5.0, table 2-1).
  fileprivate var isFromServer: Bool {
    switch self {
    case .connack, .publish, .puback, .pubrec, .pubrel, .pubcomp, .suback, .unsuback, .pingresp,
      .auth:
      true
    case .connect, .subscribe, .unsubscribe, .pingreq, .disconnect: false
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
