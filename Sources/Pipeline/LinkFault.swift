internal import MQTT
internal import MQTTClient

/// Why a link to a broker ended before anybody wanted it to.
enum LinkFault: Error {
  /// The client found out.
  case client(ClientError)
  /// The broker does not take a message now, but may later: its quota is exceeded, or the rights of
  /// this client are to be mended. The message stays at the head of the queue.
  case rejected(ReasonCode)

  /// What happened, in words.
  var text: String {
    switch self {
    case .client(let error): error.text
    case .rejected(let code): "the broker does not take a message: \(code.text)"
    }
  }

  /// Whether the broker may have refused the will: it keeps no messages, or does not let this client
  /// publish there. Readings are worth more than a will.
  var mayBeOfWill: Bool {
    guard case .client(.session(.refused(let code, _))) = self else { return false }
    switch code {
    case .retainNotSupported, .qosNotSupported, .topicNameInvalid, .notAuthorized: return true
    default: return false
    }
  }

  /// Whether nothing is wrong: the thread is to stop.
  var isCancellation: Bool {
    if case .client(.cancelled) = self { true } else { false }
  }
}

extension ReasonCode {
  /// Whether a message that was rejected with it would be rejected for ever.
  var isFinalRejection: Bool {
    switch self {
    case .topicNameInvalid, .payloadFormatInvalid, .packetTooLarge: true
    default: false
    }
  }
}
