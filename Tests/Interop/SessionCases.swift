import MQTT
import MQTTClient
import System
import Testing

extension Interop {
  /// Sessions that outlive their connections.
  struct SessionCases {
    /// A session that the broker keeps.
    private static func keep(_ options: inout Client.Options) {
      options.session.cleanStart = false
      options.session.sessionExpiry = 600
    }

    /// A client of such a session; sees whether the broker knew it.
    private static func back(
      _ visit: Visit, _ id: String, port: UInt16? = nil, resuming state: Session.State,
      isKnown: Bool = true
    ) throws -> Guest {
      let guest = try visit.connect(id, port: port, resuming: state) { keep(&$0) }
      try require(guest.client.sessionPresent, is: isKnown, "whether the broker knows the session")
      return guest
    }

    @Test(arguments: Column.all(.resume))
    func `messages that came while the client was away`(_ column: Column) async throws {
      try await column.enter(.resume) { visit in
        var guest = try Self.back(visit, "keeper", resuming: Session.State(), isKnown: false)
        try guest.subscribe(try visit.subscription("a/+", .atLeastOnce))
        try guest.settle()
        let state = guest.client.state
        try guest.leave()

        var publisher = try visit.connect("publisher")
        for index in 0..<10 { try publisher.publish(try visit.topic("a/b"), "\(index)") }
        var again = try Self.back(visit, "keeper", resuming: state)
        for index in 0..<10 {
          let message = try again.message("message \(index)")
          try require(message.text, is: "\(index)", "what came")
          try require(message.qos, is: .atLeastOnce, "the QoS of \(index)")
        }
        // The subscription is still there.
        try publisher.publish(try visit.topic("a/c"), "now")
        try require(try again.message().text, is: "now", "what is published after the return")
        try again.expectQuiet("after all")
        try again.leave()
        try publisher.leave()
      }
    }

    @Test(arguments: Column.all(.resumeUnacknowledged))
    func `what was not acknowledged comes again`(_ column: Column) async throws {
      try await column.enter(.resumeUnacknowledged) { visit in
        var guest = try Self.back(visit, "keeper", resuming: Session.State(), isKnown: false)
        try guest.subscribe(try visit.subscription("a", .atLeastOnce))
        var publisher = try visit.connect("publisher")
        try publisher.publish(try visit.topic("a"), "once or twice")
        try require(try guest.message().isDuplicate, is: false, "DUP at first")
        // It has been received; the link breaks before anything else happens.
        let state = guest.vanish()
        var again = try Self.back(visit, "keeper", resuming: state)
        let message = try again.message("the message again")
        try require(message.text, is: "once or twice", "what came again")
        try require(message.isDuplicate, "it came without DUP [MQTT-3.3.1-1]")
        try again.expectQuiet("after all")
        try again.leave()
        try publisher.leave()
      }
    }

    @Test(arguments: Column.all(.resendQoS1))
    func `QoS 1 out, cut off`(_ column: Column) async throws {
      try await column.enter(.resendQoS1) { visit in
        try Self.interrupt(.atLeastOnce, before: [Tap.Packet.puback], visit)
      }
    }

    @Test(arguments: Column.all(.resendQoS2))
    func `QoS 2 out, cut off`(_ column: Column) async throws {
      try await column.enter(.resendQoS2) { visit in
        try Self.interrupt(
          .exactlyOnce, before: [Tap.Packet.pubrec, Tap.Packet.pubcomp], visit)
      }
    }

    /// Publishes over a link that breaks before an answer of the broker's, and finishes over another.
    private static func interrupt(_ qos: QoS, before types: [UInt8], _ visit: Visit) throws {
      var watcher = try visit.connect("watcher")
      try watcher.subscribe(try visit.subscription("+", qos))
      for type in types {
        let topic = try visit.topic("before-\(type)")
        let tap = try Tap(to: visit.broker.doors.tcp) { packet in
          !packet.isFromClient && packet.type == type ? .cut : .pass
        }
        var guest = try back(
          visit, "keeper-\(type)", port: tap.port, resuming: Session.State(), isKnown: false)
        // RabbitMQ remembers a session for its subscriptions only.
        try guest.subscribe(try visit.subscription("unused/\(type)", qos))
        try guest.client.publish(topic: topic, payload: [type], qos: qos, token: 1)
        let end = try guest.end()
        try require(
          !tap.packets(fromClient: false, type).isEmpty, "it ended early: \(end.text)")
        let state = guest.vanish()

        let second = try Tap(to: visit.broker.doors.tcp)
        var again = try back(visit, "keeper-\(type)", port: second.port, resuming: state)
        try again.wait(for: "the acknowledgement") { event in
          if case .acknowledged(1) = event { () } else { nil }
        }
        let sent = second.packets(fromClient: true, Tap.Packet.publish)
        if type == Tap.Packet.pubcomp {
          try require(sent.isEmpty, "the message was sent again after PUBREC [MQTT-4.3.3-1]")
        } else {
          // Not at all, where the broker was first to go on.
          try require(sent.count <= 1 && sent.allSatisfy { $0.flags & 0x08 != 0 }, "no DUP")
        }
        try require(try watcher.message("the message").payload, is: [type], "what arrived")
        if qos == .atLeastOnce {
          // It may arrive twice, and does where the broker had taken it.
          try require(try watcher.message("the message again").payload, is: [type], "the second")
        }
        try watcher.expectQuiet("after all")
        try again.leave()
      }
      try watcher.leave()
    }

    @Test(arguments: Column.all(.finishQoS2))
    func `QoS 2 in, cut off`(_ column: Column) async throws {
      try await column.enter(.finishQoS2) { visit in
        let tap = try Tap(to: visit.broker.doors.tcp) { packet in
          !packet.isFromClient && packet.type == Tap.Packet.pubrel ? .cut : .pass
        }
        var guest = try Self.back(
          visit, "keeper", port: tap.port, resuming: Session.State(), isKnown: false)
        try guest.subscribe(try visit.subscription("a", .exactlyOnce))
        var publisher = try visit.connect("publisher")
        try publisher.publish(try visit.topic("a"), "once", .exactlyOnce)
        let message = try guest.message()
        try require(message.text, is: "once", "what came")
        try require(message.qos, is: .exactlyOnce, "its QoS")
        _ = try guest.end()
        let state = guest.vanish()

        let second = try Tap(to: visit.broker.doors.tcp)
        var again = try Self.back(visit, "keeper", port: second.port, resuming: state)
        try again.expectQuiet(for: .milliseconds(500), "what has arrived")
        try second.wait(for: 1, fromClient: true, Tap.Packet.pubcomp, within: visit.patience)
        try publisher.publish(try visit.topic("a"), "next", .exactlyOnce)
        try require(try again.message().text, is: "next", "what came then")
        try again.leave()
        try publisher.leave()
      }
    }

    @Test(arguments: Column.all(.cleanStart))
    func `a clean start forgets`(_ column: Column) async throws {
      try await column.enter(.cleanStart) { visit in
        var guest = try Self.back(visit, "keeper", resuming: Session.State(), isKnown: false)
        try guest.subscribe(try visit.subscription("a", .atLeastOnce))
        try guest.leave()
        var publisher = try visit.connect("publisher")
        try publisher.publish(try visit.topic("a"), "kept")
        var fresh = try visit.connect("keeper")
        try require(!fresh.client.sessionPresent, "the broker knows the session")
        try publisher.publish(try visit.topic("a"), "for nobody")
        try fresh.expectQuiet("after a clean start")
        try fresh.leave()
        // It was forgotten, and not only passed over. amqtt looks every second.
        Clock.sleep(for: .milliseconds(1_500))
        var again = try Self.back(visit, "keeper", resuming: Session.State(), isKnown: false)
        try again.expectQuiet("after the clean session's end")
        try again.leave()
        try publisher.leave()
      }
    }

    @Test(arguments: Column.all(.sessionExpiry))
    func `a session expires`(_ column: Column) async throws {
      try await column.enter(.sessionExpiry) { visit in
        func client(_ isKnown: Bool) throws {
          var guest = try visit.connect("keeper") {
            $0.session.cleanStart = false
            $0.session.sessionExpiry = 1
          }
          try require(guest.client.sessionPresent, is: isKnown, "whether the broker knows it")
          // RabbitMQ remembers a session for its subscriptions only.
          if !isKnown { try guest.subscribe(try visit.subscription("a", .atLeastOnce)) }
          try guest.leave()
        }
        try client(false)
        try client(true)
        // Brokers look every few seconds.
        Clock.sleep(for: .seconds(7))
        try client(false)
      }
    }
  }
}
