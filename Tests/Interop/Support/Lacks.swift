import MQTT

/// What a broker is known not to do.
struct Lack: Sendable {
  let cell: InteropTable.Cell
  /// What is in the words with which the case fails. Another failure is a fault.
  let failure: String
}

/// What brokers are known not to do, or to do in a way of their own: as their makers say, or as was
/// seen on the wire.
enum Lacks {
  /// What `capability` lacks with a broker; nil where it must pass.
  static func of(_ capability: Capability, _ column: Column, release: String) -> Lack? {
    switch column.kind {
    case .mosquitto: mosquitto(capability, column.version, Release(release))
    case .rabbitMQ: rabbitMQ(capability, column.version, Release(release))
    case .amqtt: amqtt(capability)
    }
  }

  private static func mosquitto(
    _ capability: Capability, _ version: ProtocolVersion, _ release: Release
  ) -> Lack? {
    switch capability {
    case .takeOverReason where release < Release("2.0.21"):
      Lack(
        cell: .no("It closes the connection without a word."),
        failure: "the broker closed the connection")
    case .receiveMaximumIn where release < Release("2.0.21"):
      Lack(
        cell: .no("Once messages have queued up it sends all of them at once."),
        failure: "messages at a time")
    case .aliasesIn:
      Lack(
        cell: .notOffered("It uses none in what it sends."),
        failure: "no message came without its topic")
    default: nil
    }
  }

  private static func rabbitMQ(
    _ capability: Capability, _ version: ProtocolVersion, _ release: Release
  ) -> Lack? {
    switch capability {
    case .preSharedKey:
      Lack(cell: .notOffered("It has no settings for it."), failure: "no such door")
    case .qos2, .manyQoS2:
      Lack(cell: .notOffered(noQoS2), failure: "the QoS that SUBACK grants")
    case .resendQoS2, .finishQoS2:
      // With 5.0 CONNACK says so, and the client does not even ask.
      Lack(
        cell: .notOffered(noQoS2),
        failure: version == .v5
          ? "the broker does not have messages with QoS 2" : "which is not in flight")
    case .sharedSubscription:
      Lack(
        cell: .notOffered("CONNACK says that it has none."),
        failure: "the broker does not have shared subscriptions")
    case .serverKeepAlive:
      Lack(
        cell: .notOffered("It leaves the keep alive to the client."), failure: "what CONNACK says")
    case .receiveMaximumOut:
      Lack(cell: .notOffered("It sets none."), failure: "the broker sets none")
    case .dottedTopics:
      Lack(
        cell: .no("A dot arrives as a slash and an asterisk as a plus: it makes AMQP's of them."),
        failure: "the topic")
    case .subscribeAgain where release < Release("3.13"):
      Lack(
        cell: .no("With another QoS the first stays beside it, and a message comes for each."),
        failure: "the QoS after SUBSCRIBE")
    case .retainedByWildcard:
      Lack(
        cell: .notOffered("It keeps them for filters without wildcards only."),
        failure: "did not come within")
    default: nil
    }
  }

  private static let noQoS2 =
    "It has no QoS 2. It grants QoS 1; in 3.1.1 it answers a PUBLISH of QoS 2 with PUBACK, which is an"
    + " error."

  private static func amqtt(_ capability: Capability) -> Lack? {
    switch capability {
    case .clientCertificate:
      Lack(
        cell: .notOffered(
          "It takes clients without one too; a plugin that asks for it is an extra."),
        failure: "no such door")
    case .preSharedKey:
      Lack(cell: .notOffered("It has no settings for it."), failure: "no such door")
    case .fallback:
      Lack(
        cell: .no(
          "It leaves a CONNECT of 5.0 without an answer: the client must be told to use 3.1.1."),
        failure: "did not answer CONNECT")
    case .takeOver:
      Lack(
        cell: .no("With a clean session the first stays, and hears nothing more."),
        failure: "did not end the connection")
    case .lesserQoS:
      Lack(
        cell: .no("A message comes with the QoS of the subscription."), failure: "the QoS of")
    case .subscribeAgain:
      Lack(cell: .no("The QoS of before stays."), failure: "the QoS after SUBSCRIBE")
    case .resendQoS2:
      Lack(
        cell: .no("A PUBREL for a message that it has finished with gets no answer."),
        failure: "the acknowledgement did not come")
    case .resumeUnacknowledged:
      Lack(cell: .no("It sends nothing again."), failure: "the message again did not come")
    case .finishQoS2:
      Lack(cell: .no("It does not send PUBREL again."), failure: "packets of type 7")
    default: nil
    }
  }

  /// What is to be said of a case that passes all the same.
  static func remark(_ capability: Capability, _ column: Column, release: String) -> String? {
    switch (column.kind, capability) {
    case (.mosquitto, .serverKeepAlive) where release == "2.0.21":
      "It may end such a link at once, where a packet comes just when a second begins."
    case (.amqtt, .retained):
      "A client that connects gets the retained messages of everybody's subscriptions."
    default: nil
    }
  }
}

extension BrokerKind {
  /// The versions of MQTT that a release speaks, as its makers say.
  func versions(release: String) -> [ProtocolVersion] {
    switch self {
    case .mosquitto: [.v311, .v5]
    // Its release notes: 5.0 came with 3.13.
    case .rabbitMQ: Release(release) < Release("3.13") ? [.v311] : [.v311, .v5]
    case .amqtt: [.v311]
    }
  }
}

/// A release that can be compared with another.
struct Release: Comparable {
  private let numbers: [Int]

  init(_ text: String) {
    numbers = text.split(separator: ".").map { Int($0) ?? 0 }
  }

  static func < (left: Release, right: Release) -> Bool {
    left.numbers.lexicographicallyPrecedes(right.numbers)
  }
}
