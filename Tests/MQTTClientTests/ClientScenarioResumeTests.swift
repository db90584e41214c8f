import MQTT
import MQTTClient
import System
import TestSupport
import Testing

/// One step of a broker, which closes behind the last.
enum Step: Sendable {
  case reads([UInt8])
  case writes([UInt8])
}

extension Peer {
  func follow(_ steps: [Step]) throws(ScriptedBroker.Failure) {
    for step in steps {
      switch step {
      case .reads(let bytes): try expect(bytes)
      case .writes(let bytes): try write(bytes)
      }
    }
  }
}

/// The connection breaks at some point of a message's way, and the next one goes on from there.
struct Break: Sendable, CustomTestStringConvertible {
  let point: String
  /// What the client publishes on the first connection.
  var publishes: QoS?
  let first: @Sendable (ProtocolVersion) -> [Step]
  let second: @Sendable (ProtocolVersion) -> [Step]
  /// How many messages come to the client, over both connections.
  var messages = 0

  var testDescription: String { point }

  static let outgoing: [Break] = [
    Break(
      point: "QoS 1, before PUBLISH", publishes: .atLeastOnce, first: { _ in [] },
      second: {
        [.reads(Wire.publish(1, 1, isDuplicate: true, $0)), .writes(Wire.puback(1))]
      }),
    Break(
      point: "QoS 1, before PUBACK", publishes: .atLeastOnce,
      first: { [.reads(Wire.publish(1, 1, $0))] },
      second: {
        [.reads(Wire.publish(1, 1, isDuplicate: true, $0)), .writes(Wire.puback(1))]
      }),
    Break(
      point: "QoS 1, within PUBACK", publishes: .atLeastOnce,
      first: { [.reads(Wire.publish(1, 1, $0)), .writes([0x40, 0x02, 0x00])] },
      second: {
        [.reads(Wire.publish(1, 1, isDuplicate: true, $0)), .writes(Wire.puback(1))]
      }),
    Break(
      point: "QoS 2, before PUBLISH", publishes: .exactlyOnce, first: { _ in [] },
      second: {
        [
          .reads(Wire.publish(2, 1, isDuplicate: true, $0)), .writes(Wire.pubrec(1)),
          .reads(Wire.pubrel(1)), .writes(Wire.pubcomp(1)),
        ]
      }),
    Break(
      point: "QoS 2, before PUBREC", publishes: .exactlyOnce,
      first: { [.reads(Wire.publish(2, 1, $0))] },
      second: {
        [
          .reads(Wire.publish(2, 1, isDuplicate: true, $0)), .writes(Wire.pubrec(1)),
          .reads(Wire.pubrel(1)), .writes(Wire.pubcomp(1)),
        ]
      }),
    Break(
      point: "QoS 2, before PUBREL", publishes: .exactlyOnce,
      first: { [.reads(Wire.publish(2, 1, $0)), .writes(Wire.pubrec(1))] },
      second: { _ in [.reads(Wire.pubrel(1)), .writes(Wire.pubcomp(1))] }),
    Break(
      point: "QoS 2, before PUBCOMP", publishes: .exactlyOnce,
      first: {
        [.reads(Wire.publish(2, 1, $0)), .writes(Wire.pubrec(1)), .reads(Wire.pubrel(1))]
      },
      second: { _ in [.reads(Wire.pubrel(1)), .writes(Wire.pubcomp(1))] }),
  ]

  static let incoming: [Break] = [
    Break(
      point: "QoS 1, within PUBLISH",
      first: { [.writes(Wire.publish(1, 9, $0).dropLast())] },
      second: { [.writes(Wire.publish(1, 9, isDuplicate: true, $0)), .reads(Wire.puback(9))] },
      messages: 1),
    Break(
      point: "QoS 1, before PUBACK", first: { [.writes(Wire.publish(1, 9, $0))] },
      second: { [.writes(Wire.publish(1, 9, isDuplicate: true, $0)), .reads(Wire.puback(9))] },
      messages: 2),
    Break(
      point: "QoS 2, before PUBREC", first: { [.writes(Wire.publish(2, 9, $0))] },
      second: {
        [
          .writes(Wire.publish(2, 9, isDuplicate: true, $0)), .reads(Wire.pubrec(9)),
          .writes(Wire.pubrel(9)), .reads(Wire.pubcomp(9)),
        ]
      }, messages: 1),
    Break(
      point: "QoS 2, before PUBREL",
      first: { [.writes(Wire.publish(2, 9, $0)), .reads(Wire.pubrec(9))] },
      second: { _ in [.writes(Wire.pubrel(9)), .reads(Wire.pubcomp(9))] }, messages: 1),
    Break(
      point: "QoS 2, before PUBCOMP",
      first: {
        [.writes(Wire.publish(2, 9, $0)), .reads(Wire.pubrec(9)), .writes(Wire.pubrel(9))]
      },
      second: { [.writes(Wire.pubrel(9)), .reads(Wire.unknownPubcomp(9, $0))] }, messages: 1),
    Break(
      point: "QoS 2, before PUBCOMP, and the identifier is used again",
      first: {
        [.writes(Wire.publish(2, 9, $0)), .reads(Wire.pubrec(9)), .writes(Wire.pubrel(9))]
      },
      second: {
        [
          .writes(Wire.pubrel(9)), .reads(Wire.unknownPubcomp(9, $0)),
          .writes(Wire.publish(2, 9, $0)),
          .reads(Wire.pubrec(9)), .writes(Wire.pubrel(9)), .reads(Wire.pubcomp(9)),
        ]
      }, messages: 2),
  ]
}

@Suite struct ClientScenarioResumeTests {
  @Test(arguments: Break.outgoing + Break.incoming, ProtocolVersion.allCases)
  func `a broken connection costs nothing`(point: Break, version: ProtocolVersion) throws {
    let first = ScriptedConnection(
      version, sessionPresent: false, point.first(version))
    let second = ScriptedConnection(version, sessionPresent: true, point.second(version))
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      try first.play(peer)
    } again: { (peer) throws(ScriptedBroker.Failure) in
      try second.play(peer)
    }
    var acknowledged: [UInt64] = []
    var messages: [Publish] = []
    var state = Session.State()
    for connection in 1...2 {
      var client = try Client(
        connectingTo: broker.endpoint, options: scenarioOptions(version, lasting), resuming: state)
      expect(client.sessionPresent, connection == 2)
      if connection == 1, let qos = point.publishes { try client.publishX(qos, token: 7) }
      let story = client.runToTheEnd()
      #expect(story.end != nil && story.others.isEmpty)
      acknowledged += story.acknowledged
      messages += story.messages
      state = client.state
    }
    #expect(broker.finish() == nil)
    #expect(acknowledged == (point.publishes == nil ? [] : [7]))
    #expect(messages.count == point.messages)
    #expect(state.outgoingCount == 0)
    #expect(broker.openConnections() == 0)
  }

  @Test(arguments: ProtocolVersion.allCases)
  func `a broker that has forgotten gets QoS 1 anew, and QoS 2 is told`(
    version: ProtocolVersion
  ) throws {
    let again = Wire.publish(1, 1, version)
    let broker = try ScriptedBroker { (peer) throws(ScriptedBroker.Failure) in
      try peer.expect(Wire.connectAgain(version))
      try peer.write(Wire.accepts(version))
      try peer.expect(
        Wire.publish(1, 1, version) + Wire.publish(2, 2, version) + Wire.publish(2, 3, version))
      try peer.write(Wire.pubrec(2))
      try peer.expect(Wire.pubrel(2))
    } again: { (peer) throws(ScriptedBroker.Failure) in
      try peer.expect(Wire.connectAgain(version))
      try peer.write(Wire.accepts(version))
      try peer.expect(again)
      try peer.write(Wire.puback(1))
    }
    let state: Session.State
    do {
      var client = try Client(
        connectingTo: broker.endpoint, options: scenarioOptions(version, lasting))
      try client.publishX(.atLeastOnce, token: 1)
      try client.publishX(.exactlyOnce, token: 2)
      try client.publishX(.exactlyOnce, token: 3)
      #expect(client.runToTheEnd().acknowledged.isEmpty)
      state = client.state
    }
    var client = try Client(
      connectingTo: broker.endpoint, options: scenarioOptions(version, lasting), resuming: state)
    let story = client.runToTheEnd()
    #expect(story.others == [.unresolved(token: 2), .unresolved(token: 3)])
    #expect(story.acknowledged == [1])
    #expect(broker.finish() == nil)
  }
}

/// A connection of a session that goes on.
struct ScriptedConnection: Sendable {
  let version: ProtocolVersion
  let sessionPresent: Bool
  let steps: [Step]

  init(_ version: ProtocolVersion, sessionPresent: Bool, _ steps: [Step]) {
    self.version = version
    self.sessionPresent = sessionPresent
    self.steps = steps
  }

  func play(_ peer: Peer) throws(ScriptedBroker.Failure) {
    try peer.expect(Wire.connectAgain(version))
    try peer.write(Wire.accepts(version, sessionPresent: sessionPresent))
    try peer.follow(steps)
  }
}
