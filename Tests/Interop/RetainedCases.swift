import MQTT
import System
import Testing

extension Interop {
  /// Retained messages, and the options of subscriptions that are about them.
  struct RetainedCases {
    /// RabbitMQ looks for retained messages after SUBACK, so that one that is published meanwhile comes
    /// twice. amqtt delivers after PUBACK, so that who subscribes meanwhile gets it as not retained.
    private static func settle() { Clock.sleep(for: Visit.quiet) }

    @Test(arguments: Column.all(.retained))
    func `a retained message is set, replaced and cleared`(_ column: Column) async throws {
      try await column.enter(.retained) { visit in
        let topic = try visit.topic("state")
        var publisher = try visit.connect("publisher")
        var watcher = try visit.connect("watcher")
        try watcher.subscribe(try visit.subscription("state", .atLeastOnce))
        Self.settle()

        for text in ["first", "second"] {
          try publisher.publish(topic, text, retain: true)
          let seen = try watcher.message()
          try require(seen.text, is: text, "what a subscriber of before gets")
          try require(!seen.retain, "a subscriber of before gets it as retained [MQTT-3.3.1-9]")
        }
        Self.settle()
        var late = try visit.connect("late")
        try late.subscribe(try visit.subscription("state", .atLeastOnce))
        let kept = try late.message("the retained message")
        try require(kept.text, is: "second", "what a late subscriber gets")
        try require(kept.retain, "a late subscriber gets it as not retained [MQTT-3.3.1-8]")

        try publisher.publish(topic, [], retain: true)
        Self.settle()
        var tooLate = try visit.connect("too-late")
        try tooLate.subscribe(try visit.subscription("state", .atLeastOnce))
        try tooLate.expectQuiet("after the message was cleared")
        try tooLate.leave()
        try late.leave()
        try watcher.leave()
        try publisher.leave()
      }
    }

    @Test(arguments: Column.all(.retainedByWildcard))
    func `retained messages come to wildcards`(_ column: Column) async throws {
      try await column.enter(.retainedByWildcard) { visit in
        var guest = try visit.connect("guest")
        for name in ["a", "b"] { try guest.publish(try visit.topic(name), name, retain: true) }
        Self.settle()
        for filter in ["+", "#"] {
          try guest.subscribe(try visit.subscription(filter, .atLeastOnce))
          let came = [
            try guest.message("one for \(filter)"), try guest.message("two for \(filter)"),
          ]
          try require(came.map(\.text).sorted(), is: ["a", "b"], "what came to \(filter)")
          try require(came.allSatisfy(\.retain), "they came as not retained [MQTT-3.3.1-8]")
          try guest.unsubscribe(try visit.filter(filter))
        }
        for name in ["a", "b"] { try guest.publish(try visit.topic(name), [], retain: true) }
        try guest.leave()
      }
    }

    @Test(arguments: Column.all(.retainAsPublished))
    func `retain as published`(_ column: Column) async throws {
      try await column.enter(.retainAsPublished) { visit in
        var plain = try visit.connect("plain")
        var exact = try visit.connect("exact")
        var subscription = try visit.subscription("state", .atLeastOnce)
        try plain.subscribe(subscription)
        subscription.retainAsPublished = true
        try exact.subscribe(subscription)
        Self.settle()
        for retain in [true, false] {
          try plain.publish(try visit.topic("state"), "x", retain: retain)
          try require(try exact.message().retain, is: retain, "as it was published")
          try require(try plain.message().retain, is: false, "without the option")
        }
        try plain.leave()
        try exact.leave()
      }
    }

    @Test(arguments: Column.all(.retainHandling))
    func `retain handling`(_ column: Column) async throws {
      try await column.enter(.retainHandling) { visit in
        var guest = try visit.connect("guest")
        try guest.publish(try visit.topic("state"), "kept", retain: true)
        // How often it comes to the first SUBSCRIBE and to the same again (MQTT 5.0, 3.8.3.1).
        for (handling, times) in [
          (Subscription.RetainHandling.atSubscribe, [1, 1]), (.atNewSubscription, [1, 0]),
          (.never, [0, 0]),
        ] {
          var subscription = try visit.subscription("state", .atLeastOnce)
          subscription.retainHandling = handling
          for count in times {
            try guest.subscribe(subscription)
            for _ in 0..<count { try require(try guest.message().text, is: "kept", "\(handling)") }
            try guest.expectQuiet("\(handling), \(times)")
          }
          try guest.unsubscribe(try visit.filter("state"))
        }
        try guest.leave()
      }
    }
  }
}
