import MQTT
import MQTTClient
import System
import Testing

extension Interop {
  /// What a broker publishes for a client that is gone.
  struct WillCases {
    private static func will(
      _ visit: Visit, qos: QoS = .atLeastOnce, retain: Bool = false
    ) throws -> Connect.Will {
      Connect.Will(
        topic: try visit.topic("will"), message: Array("gone".utf8), qos: qos, retain: retain)
    }

    @Test(arguments: Column.all(.will))
    func `the will is published when the link breaks`(_ column: Column) async throws {
      try await column.enter(.will) { visit in
        var watcher = try visit.connect("watcher")
        try watcher.subscribe(try visit.subscription("will", .atLeastOnce))
        let will = try Self.will(visit)
        _ = try visit.connect("mortal") { $0.session.will = will }.vanish()
        let message = try watcher.message("the will")
        try require(message.text, is: "gone", "the will")
        try require(message.qos, is: .atLeastOnce, "its QoS")
        try require(!message.retain, "it came as retained")
        try watcher.leave()
      }
    }

    @Test(arguments: Column.all(.retainedWill))
    func `a retained will is retained`(_ column: Column) async throws {
      try await column.enter(.retainedWill) { visit in
        var watcher = try visit.connect("watcher")
        try watcher.subscribe(try visit.subscription("will", .atLeastOnce))
        let will = try Self.will(visit, retain: true)
        _ = try visit.connect("mortal") { $0.session.will = will }.vanish()
        try require(try watcher.message("the will").text, is: "gone", "the will")
        // What subscribers of before get may be out before it is stored.
        Clock.sleep(for: Visit.quiet)
        var late = try visit.connect("late")
        try late.subscribe(try visit.subscription("will", .atLeastOnce))
        let message = try late.message("the retained will")
        try require(message.text, is: "gone", "what a late subscriber gets")
        try require(message.retain, "a late subscriber gets it as not retained")
        try late.publish(try visit.topic("will"), [], retain: true)
        try late.leave()
        try watcher.leave()
      }
    }

    @Test(arguments: Column.all(.noWill))
    func `DISCONNECT withdraws the will`(_ column: Column) async throws {
      try await column.enter(.noWill) { visit in
        var watcher = try visit.connect("watcher")
        try watcher.subscribe(try visit.subscription("will", .atLeastOnce))
        let will = try Self.will(visit)
        var mortal = try visit.connect("mortal") { $0.session.will = will }
        // Who says goodbye too soon finds amqtt not listening yet.
        try mortal.publish(try visit.topic("last words"), "")
        try mortal.leave()
        try watcher.expectQuiet(for: .milliseconds(600), "after DISCONNECT")
        try watcher.leave()
      }
    }

    @Test(arguments: Column.all(.disconnectWithWill))
    func `DISCONNECT publishes the will where it asks`(_ column: Column) async throws {
      try await column.enter(.disconnectWithWill) { visit in
        var watcher = try visit.connect("watcher")
        try watcher.subscribe(try visit.subscription("will", .atLeastOnce))
        let will = try Self.will(visit)
        try visit.connect("mortal") { $0.session.will = will }.leave(.disconnectWithWillMessage)
        try require(try watcher.message("the will").text, is: "gone", "the will")
        try watcher.leave()
      }
    }

    @Test(arguments: Column.all(.willDelay))
    func `the will waits for its delay`(_ column: Column) async throws {
      try await column.enter(.willDelay) { visit in
        var watcher = try visit.connect("watcher")
        try watcher.subscribe(try visit.subscription("will", .atLeastOnce))
        var will = try Self.will(visit)
        will.properties.willDelayInterval = 2
        let configure: (inout Client.Options) -> Void = {
          $0.session.will = will
          $0.session.sessionExpiry = 60
        }
        let start = Clock.sinceBoot
        let state = try visit.connect("mortal", configure).vanish()
        // For RabbitMQ, who comes back before it has noticed the end is another client that takes over.
        Clock.sleep(for: Visit.quiet)
        // Back in time: the will is not published [MQTT-3.1.3-9].
        let back = try visit.connect("mortal", resuming: state) {
          configure(&$0)
          $0.session.cleanStart = false
        }
        let hasMissedTheTime = Clock.sinceBoot - start > .seconds(2)
        try watcher.expectQuiet(for: .milliseconds(2_500), "after the return")
        try require(!hasMissedTheTime, "this machine is too slow for the case")

        // Gone for good: it is published, and not before its time.
        let end = Clock.sinceBoot
        _ = back.vanish()
        try require(try watcher.message("the will").text, is: "gone", "the will")
        // Brokers count in whole seconds.
        let delay = Clock.sinceBoot - end
        try require(delay > .milliseconds(900), "it came after \(delay)")
        try watcher.leave()
      }
    }

    @Test(arguments: Column.all(.willProperties))
    func `the properties of a will`(_ column: Column) async throws {
      try await column.enter(.willProperties) { visit in
        var watcher = try visit.connect("watcher")
        try watcher.subscribe(try visit.subscription("will", .atLeastOnce))
        var will = try Self.will(visit)
        will.properties.payloadFormat = .utf8
        will.properties.messageExpiryInterval = 3_600
        will.properties.contentType = try EncodedString("text/plain")
        will.properties.responseTopic = try visit.topic("answers")
        will.properties.correlationData = [0, 1, 255]
        will.properties.userProperties = [
          try UserProperty("why", "power"), try UserProperty("why", ""),
        ]
        _ = try visit.connect("mortal") { $0.session.will = will }.vanish()
        let properties = try watcher.message("the will").properties
        try require(properties.payloadFormat, is: .utf8, "payload format")
        try require(properties.contentType, is: will.properties.contentType, "content type")
        try require(properties.responseTopic, is: will.properties.responseTopic, "response topic")
        try require(properties.correlationData, is: [0, 1, 255], "correlation data")
        try require(
          properties.userProperties, is: will.properties.userProperties, "user properties")
        let expiry = properties.messageExpiryInterval ?? 0
        try require((3_000...3_600).contains(expiry), "message expiry: \(expiry)")
        try watcher.leave()
      }
    }
  }
}
