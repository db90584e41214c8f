extension ReasonCode {
  /// Whether a packet of this type may carry the code in MQTT 5.0 (table 2-6).
  ///
  /// DISCONNECT has "bad authentication method" in table 2-6 and not in its own list (3.14.2.1). It is
  /// allowed: refusing it could only hide why a server went. Of the other packets both lists agree.
  public func isAllowed(in type: PacketType) -> Bool {
    switch self {
    case .success:
      switch type {
      case .connack, .puback, .pubrec, .pubrel, .pubcomp, .suback, .unsuback, .disconnect, .auth:
        true
      case .connect, .publish, .subscribe, .unsubscribe, .pingreq, .pingresp: false
      }
    case .grantedQoS1, .grantedQoS2: type == .suback
    case .disconnectWithWillMessage: type == .disconnect
    case .noMatchingSubscribers: type == .puback || type == .pubrec
    case .noSubscriptionExisted: type == .unsuback
    case .continueAuthentication, .reAuthenticate: type == .auth
    case .unspecifiedError, .implementationSpecificError, .notAuthorized:
      switch type {
      case .connack, .puback, .pubrec, .suback, .unsuback, .disconnect: true
      case .connect, .publish, .pubrel, .pubcomp, .subscribe, .unsubscribe, .pingreq, .pingresp,
        .auth:
        false
      }
    case .unsupportedProtocolVersion, .clientIdentifierNotValid, .badUserNameOrPassword,
      .serverUnavailable, .banned:
      type == .connack
    case .malformedPacket, .protocolError, .serverBusy, .badAuthenticationMethod,
      .packetTooLarge, .retainNotSupported, .qosNotSupported, .useAnotherServer, .serverMoved,
      .connectionRateExceeded:
      type == .connack || type == .disconnect
    case .serverShuttingDown, .keepAliveTimeout, .sessionTakenOver, .receiveMaximumExceeded,
      .topicAliasInvalid, .messageRateTooHigh, .administrativeAction, .maximumConnectTime:
      type == .disconnect
    case .topicFilterInvalid: type == .suback || type == .unsuback || type == .disconnect
    case .topicNameInvalid, .payloadFormatInvalid:
      type == .connack || type == .puback || type == .pubrec || type == .disconnect
    case .packetIdentifierInUse:
      type == .puback || type == .pubrec || type == .suback || type == .unsuback
    case .packetIdentifierNotFound: type == .pubrel || type == .pubcomp
    case .quotaExceeded:
      type == .connack || type == .puback || type == .pubrec || type == .suback
        || type == .disconnect
    case .sharedSubscriptionsNotSupported, .subscriptionIdentifiersNotSupported,
      .wildcardSubscriptionsNotSupported:
      type == .suback || type == .disconnect
    }
  }

  /// Refuses a code that a packet of this type does not have. CONNACK of 3.1.1 has codes of its own.
  func check(in type: PacketType, _ version: ProtocolVersion) throws(PacketError) {
    switch version {
    case .v5: guard isAllowed(in: type) else { throw .reservedReasonCode(type, rawValue) }
    case .v311:
      // SUBACK has 0, 1, 2 and 0x80 (3.9.3); UNSUBACK has none; the others are always a success.
      let isAllowed =
        switch type {
        case .suback: grantedQoS != nil || self == .unspecifiedError
        case .unsuback: false
        case .connect, .connack, .publish, .puback, .pubrec, .pubrel, .pubcomp, .subscribe,
          .unsubscribe, .pingreq, .pingresp, .disconnect, .auth:
          self == .success
        }
      guard isAllowed else { throw .reasonCodeInVersion311(type, self) }
    }
  }
}
