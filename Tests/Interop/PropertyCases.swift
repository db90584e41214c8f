import MQTT
import MQTTClient
import System
import Testing

extension Interop {
  /// What MQTT 5.0 has on messages and subscriptions.
  struct PropertyCases {
    @Test(arguments: Column.all(.properties))
    func `properties of a message arrive`(_ column: Column) async throws {
      try await column.enter(.properties) { visit in
        var subscriber = try visit.connect("subscriber")
        try subscriber.subscribe(try visit.subscription("a", .atLeastOnce))
        var publisher = try visit.connect("publisher")
        var properties = Publish.Properties()
        properties.payloadFormat = .utf8
        properties.contentType = try EncodedString("application/json; charset=utf-8")
        properties.responseTopic = try visit.topic("answers")
        properties.correlationData = Array(0...255)
        // The same name twice, an empty name and value, and the order (MQTT 5.0, 3.3.2.3.7).
        properties.userProperties = [
          try UserProperty("unit", "°C"), try UserProperty("a", "1"), try UserProperty("unit", "K"),
          try UserProperty("", ""),
        ]
        try publisher.publish(try visit.topic("a"), "{}", properties: properties)
        let came = try subscriber.message().properties
        try require(came.payloadFormat, is: properties.payloadFormat, "payload format")
        try require(came.contentType, is: properties.contentType, "content type")
        try require(came.responseTopic, is: properties.responseTopic, "response topic")
        try require(came.correlationData, is: properties.correlationData, "correlation data")
        try require(came.userProperties, is: properties.userProperties, "user properties")
        try publisher.leave()
        try subscriber.leave()
      }
    }

    @Test(arguments: Column.all(.messageExpiry))
    func `a message expires`(_ column: Column) async throws {
      try await column.enter(.messageExpiry) { visit in
        func keeper() throws -> Guest {
          try visit.connect("keeper") {
            $0.session.cleanStart = false
            $0.session.sessionExpiry = 600
          }
        }
        var guest = try keeper()
        try guest.subscribe(try visit.subscription("a", .atLeastOnce))
        try guest.leave()
        var publisher = try visit.connect("publisher")
        var properties = Publish.Properties()
        properties.messageExpiryInterval = 1
        try publisher.publish(try visit.topic("a"), "short", properties: properties)
        properties.messageExpiryInterval = 3_600
        try publisher.publish(try visit.topic("a"), "long", properties: properties)
        Clock.sleep(for: .milliseconds(2_500))
        var again = try keeper()
        let message = try again.message()
        try require(message.text, is: "long", "what came first")
        // What it has waited is taken off [MQTT-3.3.2-6].
        let left = message.properties.messageExpiryInterval ?? .max
        try require((3_000...3_598).contains(left), "what is left of 3,600 s: \(left)")
        try again.expectQuiet("after all")
        try again.leave()
        try publisher.leave()
      }
    }

    @Test(arguments: Column.all(.subscriptionIdentifiers))
    func `subscription identifiers`(_ column: Column) async throws {
      try await column.enter(.subscriptionIdentifiers) { visit in
        var guest = try visit.connect("guest")
        try guest.subscribe(try visit.subscription("a/+", .atLeastOnce), identifier: 1)
        try guest.subscribe(try visit.subscription("b", .atLeastOnce), identifier: 268_435_455)
        try guest.subscribe(try visit.subscription("c", .atLeastOnce))
        for (topic, identifiers) in [("a/x", [1]), ("b", [268_435_455]), ("c", [])] {
          try guest.publish(try visit.topic(topic), topic)
          let message = try guest.message(topic)
          try require(message.text, is: topic, "what came")
          try require(
            message.properties.subscriptionIdentifiers.map(Int.init), is: identifiers, topic)
        }
        try guest.leave()
      }
    }

    @Test(arguments: Column.all(.noLocal))
    func `no local`(_ column: Column) async throws {
      try await column.enter(.noLocal) { visit in
        var guest = try visit.connect("guest")
        var subscription = try visit.subscription("a", .atLeastOnce)
        subscription.noLocal = true
        try guest.subscribe(subscription)
        var other = try visit.connect("other")
        try guest.publish(try visit.topic("a"), "own")
        try other.publish(try visit.topic("a"), "foreign")
        try require(try guest.message().text, is: "foreign", "what came first")
        try guest.expectQuiet("after all")
        try other.leave()
        try guest.leave()
      }
    }

    @Test(arguments: Column.all(.sharedSubscription))
    func `a shared subscription`(_ column: Column) async throws {
      try await column.enter(.sharedSubscription) { visit in
        let group = visit.name.replacing("/", with: "-")
        let shared = Subscription(
          filter: try TopicFilter("$share/\(group)/\(visit.name)/a"), maximumQoS: .atLeastOnce)
        var one = try visit.connect("one")
        var two = try visit.connect("two")
        try one.subscribe(shared)
        try two.subscribe(shared)
        var publisher = try visit.connect("publisher")
        for index in 0..<20 { try publisher.publish(try visit.topic("a"), "\(index)") }

        var shares: [[String]] = [[], []]
        let deadline = Clock.sinceBoot + visit.patience
        while shares[0].count + shares[1].count < 20, Clock.sinceBoot < deadline {
          let wait = Duration.milliseconds(20)
          if let message = try one.messageIfAny(within: wait) { shares[0].append(message.text) }
          if let message = try two.messageIfAny(within: wait) { shares[1].append(message.text) }
        }
        let all = (shares[0] + shares[1]).sorted()
        try require(all == (0..<20).map(String.init).sorted(), "both together got \(all)")
        try require(!shares[0].isEmpty && !shares[1].isEmpty, "one got all: \(shares)")
        try one.expectQuiet("after all")
        try two.expectQuiet("after all")
        try publisher.leave()
      }
    }

    @Test(arguments: Column.all(.aliasesOut))
    func `topic aliases to the broker`(_ column: Column) async throws {
      try await column.enter(.aliasesOut) { visit in
        let tap = try Tap(to: visit.broker.doors.tcp)
        var guest = try visit.connect("guest", port: tap.port) { $0.session.sentTopicAliasMax = 3 }
        let maximum = guest.client.acceptance.properties.topicAliasMaximum ?? 0
        try require(maximum >= 3, "the broker's topic alias maximum is \(maximum)")
        var watcher = try visit.connect("watcher")
        try watcher.subscribe(try visit.subscription("+", .atLeastOnce))
        // More topics than aliases: they are assigned anew.
        let topics = (0..<40).map { ["a", "b", "a", "c", "d", "a", "e", "b"][$0 % 8] }
        for (index, topic) in topics.enumerated() {
          try guest.publish(try visit.topic(topic), "\(index)")
          let message = try watcher.message("message \(index)")
          try require(message.topic, is: try visit.topic(topic), "the topic of message \(index)")
          try require(message.text, is: "\(index)", "message \(index)")
        }
        let nameless = tap.packets(fromClient: true, Tap.Packet.publish).count {
          $0.body.starts(with: [0, 0])
        }
        try require(nameless > 0, "no message went without its topic")
        try watcher.leave()
        try guest.leave()
      }
    }

    @Test(arguments: Column.all(.aliasesIn))
    func `topic aliases from the broker`(_ column: Column) async throws {
      try await column.enter(.aliasesIn) { visit in
        let tap = try Tap(to: visit.broker.doors.tcp)
        var guest = try visit.connect("guest", port: tap.port) { $0.session.topicAliasMaximum = 2 }
        try guest.subscribe(try visit.subscription("+", .atLeastOnce))
        var publisher = try visit.connect("publisher")
        for (index, topic) in ["a", "b", "a", "c", "a", "c", "b"].enumerated() {
          try publisher.publish(try visit.topic(topic), "\(index)")
          let message = try guest.message("message \(index)")
          try require(message.topic, is: try visit.topic(topic), "the topic of message \(index)")
        }
        let nameless = tap.packets(fromClient: false, Tap.Packet.publish).count {
          $0.body.starts(with: [0, 0])
        }
        try publisher.leave()
        try guest.leave()
        try require(nameless > 0, "no message came without its topic")
      }
    }
  }
}
