import MQTT

/// A row of the table: something that a broker and the library do together.
enum Capability: String, CaseIterable, Sendable {
  // The way in.
  case tcp = "plain TCP"
  case tls = "TLS; a server from an unknown authority is refused"
  case clientCertificate = "TLS with a client certificate in place of a password"
  case preSharedKey = "TLS with a pre-shared key"
  case webSocket = "WebSocket"
  case secureWebSocket = "WebSocket over TLS"
  case fallback = "asked for 5.0 without more ado, a broker of 3.1.1 gets 3.1.1"
  case password = "user name and password; a wrong one and none are refused in words"
  case assignedIdentifier = "the broker names a client without a client identifier"
  case takeOver = "a second client with the same identifier takes over"
  case takeOverReason = "the first is told that it was taken over"
  case keepAlive = "an idle link is kept alive"
  case serverKeepAlive = "the broker sets the keep alive"

  // Messages.
  case qos0 = "QoS 0 out and in: 0 bytes, 1, all 256 values, 64 KiB"
  case qos1 = "QoS 1, the same"
  case qos2 = "QoS 2, the same"
  case manyQoS1 = "1,000 messages with QoS 1: all, in order"
  case manyQoS2 = "1,000 messages with QoS 2: each once, in order"
  case lesserQoS = "a message comes with the lesser of its QoS and that of the subscription"
  case topics = "topics of any script, with empty levels and with many"
  case dottedTopics = "topics with dots and asterisks"
  case retained = "a retained message is set, replaced and cleared"
  case retainedByWildcard = "retained messages come to a filter with wildcards"
  case wildcards = "filters with + and #"
  case severalFilters = "several filters in one SUBSCRIBE, each with its QoS"
  case subscribeAgain = "SUBSCRIBE with a filter of before replaces it: another QoS, nothing twice"
  case unsubscribe = "after UNSUBSCRIBE nothing comes"

  // Wills.
  case will = "the will is published when the link breaks"
  case retainedWill = "a retained will is retained"
  case noWill = "DISCONNECT withdraws the will"
  case disconnectWithWill = "DISCONNECT publishes the will where it asks for that"
  case willDelay = "the will waits for its delay, and is withdrawn by a return"
  case willProperties = "the properties of a will arrive with it"

  // Sessions.
  case resume = "messages that came while the client was away"
  case resumeUnacknowledged = "a message that was received and not acknowledged comes again, as DUP"
  case resendQoS1 = "QoS 1 out, cut off before PUBACK: finished after the return"
  case resendQoS2 = "QoS 2 out, cut off before PUBREC and before PUBCOMP: arrives once"
  case finishQoS2 = "QoS 2 in, cut off before PUBREL: arrives once"
  case cleanStart = "a clean start forgets the session"
  case sessionExpiry = "a session ends when its expiry has passed"

  // What MQTT 5.0 has besides.
  case properties =
    "properties of a message arrive: user properties, content type, response topic, …"
  case messageExpiry = "a message expires; what is left of its time arrives with it"
  case subscriptionIdentifiers = "subscription identifiers"
  case noLocal = "no local"
  case retainAsPublished = "retain as published"
  case retainHandling = "retain handling: always, only when new, never"
  case sharedSubscription = "a shared subscription of two clients"
  case aliasesOut = "topic aliases to the broker"
  case aliasesIn = "topic aliases from the broker"
  case receiveMaximumOut = "the broker's receive maximum is kept"
  case receiveMaximumIn = "the broker keeps the client's receive maximum"
  case packetSizeOut = "the broker's maximum packet size is kept"
  case packetSizeIn = "the broker keeps the client's maximum packet size"

  /// The versions of the protocol that have it.
  var versions: [ProtocolVersion] {
    switch self {
    case .fallback: [.v311]
    case .takeOverReason, .serverKeepAlive, .disconnectWithWill, .willDelay, .willProperties,
      .sessionExpiry,
      .properties, .messageExpiry, .subscriptionIdentifiers, .noLocal, .retainAsPublished,
      .retainHandling, .sharedSubscription, .aliasesOut, .aliasesIn, .receiveMaximumOut,
      .receiveMaximumIn, .packetSizeOut, .packetSizeIn:
      [.v5]
    default: [.v311, .v5]
    }
  }
}

/// A column of the table: a broker and the version of the protocol that is spoken with it.
struct Column: Hashable, Sendable, CustomStringConvertible {
  let kind: BrokerKind
  let version: ProtocolVersion

  var description: String { "\(kind.rawValue), MQTT \(version.name)" }

  /// The columns of a row. A broker of 3.1.1 has no column of 5.0, which a run finds out.
  static func all(_ capability: Capability) -> [Column] {
    BrokerKind.allCases.flatMap { kind in
      capability.versions.map { Column(kind: kind, version: $0) }
    }
  }
}

extension ProtocolVersion {
  var name: String {
    switch self {
    case .v311: "3.1.1"
    case .v5: "5.0"
    }
  }
}
