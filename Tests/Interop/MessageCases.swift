import MQTT
import MQTTClient
import System
import Testing

extension Interop {
  /// Messages, and subscriptions to them.
  struct MessageCases {
    @Test(arguments: Column.all(.qos0))
    func `QoS 0`(_ column: Column) async throws {
      try await column.enter(.qos0) { visit in try Self.exchange(.atMostOnce, visit) }
    }

    @Test(arguments: Column.all(.qos1))
    func `QoS 1`(_ column: Column) async throws {
      try await column.enter(.qos1) { visit in try Self.exchange(.atLeastOnce, visit) }
    }

    @Test(arguments: Column.all(.qos2))
    func `QoS 2`(_ column: Column) async throws {
      try await column.enter(.qos2) { visit in try Self.exchange(.exactlyOnce, visit) }
    }

    /// Sends each payload from one client to another.
    private static func exchange(_ qos: QoS, _ visit: Visit) throws {
      var subscriber = try visit.connect("subscriber")
      let granted = try subscriber.subscribe(try visit.subscription("+", qos))
      try require(granted.map(\.grantedQoS), is: [qos], "the QoS that SUBACK grants")
      var publisher = try visit.connect("publisher")
      for (index, payload) in Payloads.all.enumerated() {
        try publisher.publish(try visit.topic("\(index)"), payload, qos)
        let message = try subscriber.message("payload \(index)")
        try require(message.topic, is: try visit.topic("\(index)"), "the topic")
        try require(message.payload, is: payload, "the payload")
        try require(message.qos, is: qos, "the QoS that it came with")
        try require(!message.retain && !message.isDuplicate, "it came as \(message.words)")
      }
      try subscriber.expectQuiet("after all")
      try publisher.leave()
      try subscriber.leave()
    }

    @Test(arguments: Column.all(.manyQoS1))
    func `1,000 messages with QoS 1`(_ column: Column) async throws {
      try await column.enter(.manyQoS1) { visit in try Self.stream(1_000, .atLeastOnce, visit) }
    }

    @Test(arguments: Column.all(.manyQoS2))
    func `1,000 messages with QoS 2`(_ column: Column) async throws {
      try await column.enter(.manyQoS2) { visit in try Self.stream(1_000, .exactlyOnce, visit) }
    }

    /// Sends numbered messages from a client to itself, as many at a time as go.
    private static func stream(_ count: Int, _ qos: QoS, _ visit: Visit) throws {
      var guest = try visit.connect("stream") {
        // Mosquitto 2.0.11 does not keep to a smaller one, see `Lacks`, and is refused for it.
        $0.session.receiveMaximum = UInt16(count)
      }
      let granted = try guest.subscribe(try visit.subscription("stream", qos))
      try require(granted.map(\.grantedQoS), is: [qos], "the QoS that SUBACK grants")
      let topic = try visit.topic("stream")
      var sent = 0
      var acknowledged = 0
      var received: [String] = []
      var deadline = Clock.sinceBoot + visit.patience
      while acknowledged < count || received.count < count {
        while sent < count, guest.client.canPublish {
          try guest.client.publish(
            topic: topic, payload: Array("\(sent)".utf8), qos: qos, token: 1_000_000 + UInt64(sent))
          sent += 1
        }
        try require(
          Clock.sinceBoot < deadline,
          "\(sent) sent, \(acknowledged) acknowledged, \(received.count) received, then nothing")
        _ = try guest.client.run(until: deadline)
        while let event = guest.client.nextEvent() {
          deadline = Clock.sinceBoot + visit.patience
          switch event {
          case .acknowledged(let token):
            try require(token, is: 1_000_000 + UInt64(acknowledged), "the acknowledgement")
            acknowledged += 1
          case .message(let message):
            try require(message.qos, is: qos, "the QoS that it came with")
            received.append(message.text)
          default: throw CaseFailed("there came \(event)")
          }
        }
      }
      try require(received == (0..<count).map(String.init), "not each once and in order")
      try guest.expectQuiet("after all")
      try guest.leave()
    }

    @Test(arguments: Column.all(.lesserQoS))
    func `the lesser QoS counts`(_ column: Column) async throws {
      try await column.enter(.lesserQoS) { visit in
        var guest = try visit.connect("guest")
        try guest.subscribe(
          try visit.subscription("0", .atMostOnce), try visit.subscription("1", .atLeastOnce))
        for (sent, asked) in [(QoS.atLeastOnce, "0"), (.atMostOnce, "1")] {
          try guest.publish(try visit.topic(asked), "x", sent)
          try require(
            try guest.message().qos, is: .atMostOnce,
            "the QoS of \(sent) to a subscription of QoS \(asked)")
        }
        try guest.leave()
      }
    }

    @Test(arguments: Column.all(.subscribeAgain))
    func `a second SUBSCRIBE replaces the first`(_ column: Column) async throws {
      try await column.enter(.subscribeAgain) { visit in
        var guest = try visit.connect("guest")
        for qos in [QoS.atMostOnce, .atLeastOnce] {
          try guest.subscribe(try visit.subscription("a", qos))
          try guest.publish(try visit.topic("a"), "x", .atLeastOnce)
          try require(try guest.message().qos, is: qos, "the QoS after SUBSCRIBE with \(qos)")
          try guest.expectQuiet("after a message")
        }
        try guest.leave()
      }
    }

    @Test(arguments: Column.all(.topics))
    func `topics of any script`(_ column: Column) async throws {
      try await column.enter(.topics) { visit in
        let levels = Array(repeating: "a", count: 60).joined(separator: "/")
        try Self.echo(
          ["Küche/Wärme °C", "倉庫/温度", "🏡/a b,c", "/", "a//b", "$a", levels], visit)
      }
    }

    @Test(arguments: Column.all(.dottedTopics))
    func `topics with dots and asterisks`(_ column: Column) async throws {
      try await column.enter(.dottedTopics) { visit in try Self.echo(["a.b", "a*b", "*/."], visit) }
    }

    /// Has a message come back for each topic.
    private static func echo(_ topics: [String], _ visit: Visit) throws {
      var guest = try visit.connect("guest")
      try guest.subscribe(try visit.subscription("#", .atLeastOnce))
      for rest in topics {
        let topic = try visit.topic(rest)
        try guest.publish(topic, rest)
        try require(try guest.message(rest).topic, is: topic, "the topic")
      }
      try guest.leave()
    }

    @Test(arguments: Column.all(.wildcards))
    func `filters with wildcards`(_ column: Column) async throws {
      try await column.enter(.wildcards) { visit in
        // What each filter lets through (4.7.1).
        let topics = ["a", "a/b", "a/b/c", "a/x/c", "b/b/c"]
        let expected = [
          "a/#": ["a", "a/b", "a/b/c", "a/x/c"], "a/+": ["a/b"], "a/+/c": ["a/b/c", "a/x/c"],
          "+/b/c": ["a/b/c", "b/b/c"], "+": ["a"], "a/b/c": ["a/b/c"],
        ]
        for (index, (filter, passed)) in expected.sorted(by: { $0.key < $1.key }).enumerated() {
          var guest = try visit.connect("guest\(index)")
          try guest.subscribe(try visit.subscription(filter, .atLeastOnce))
          for topic in topics + ["end"] { try guest.publish(try visit.topic(topic), topic) }
          try guest.subscribe(try visit.subscription("end-\(index)", .atLeastOnce))
          try guest.publish(try visit.topic("end-\(index)"), "end-\(index)")
          var came: [String] = []
          while came.last != "end-\(index)" { came.append(try guest.message("the end").text) }
          let beyond: Set = ["end", "end-\(index)"]
          try require(
            came.filter { !beyond.contains($0) }, is: passed, "what \(filter) let through")
          try guest.leave()
        }
      }
    }

    @Test(arguments: Column.all(.severalFilters))
    func `several filters at once`(_ column: Column) async throws {
      try await column.enter(.severalFilters) { visit in
        var guest = try visit.connect("guest")
        let granted = try guest.subscribe(
          try visit.subscription("zero", .atMostOnce), try visit.subscription("one", .atLeastOnce),
          try visit.subscription("other/+", .atLeastOnce))
        try require(
          granted.map(\.grantedQoS), is: [.atMostOnce, .atLeastOnce, .atLeastOnce], "SUBACK")
        for (topic, qos) in [
          ("zero", QoS.atMostOnce), ("one", .atLeastOnce), ("other/x", .atLeastOnce),
        ] {
          try guest.publish(try visit.topic(topic), topic, .atLeastOnce)
          let message = try guest.message(topic)
          try require(message.text, is: topic, "what came")
          try require(message.qos, is: qos, "the QoS of \(topic)")
        }
        try guest.leave()
      }
    }

    @Test(arguments: Column.all(.unsubscribe))
    func `UNSUBSCRIBE`(_ column: Column) async throws {
      try await column.enter(.unsubscribe) { visit in
        var guest = try visit.connect("guest")
        try guest.subscribe(
          try visit.subscription("kept", .atLeastOnce), try visit.subscription("a/+", .atLeastOnce),
          try visit.subscription("b", .atLeastOnce))
        let codes = try guest.unsubscribe(try visit.filter("a/+"), try visit.filter("b"))
        try require(!codes.contains(where: \.isFailure), "UNSUBACK: \(codes)")
        for topic in ["a/x", "b", "kept"] { try guest.publish(try visit.topic(topic), topic) }
        try require(try guest.message().text, is: "kept", "what came first")
        try guest.expectQuiet("after what was kept")
        try guest.leave()
      }
    }
  }
}
