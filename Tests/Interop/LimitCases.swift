import MQTT
import MQTTClient
import System
import Testing

extension Interop {
  /// The limits that the two sides of MQTT 5.0 set each other.
  struct LimitCases {
    @Test(arguments: Column.all(.receiveMaximumOut))
    func `the broker's receive maximum is kept`(_ column: Column) async throws {
      try await column.enter(.receiveMaximumOut) { visit in
        let tap = try Tap(to: visit.broker.doors.tcp)
        var guest = try visit.connect("guest", port: tap.port) { $0.session.inFlightMax = 32_767 }
        guard let maximum = guest.client.acceptance.properties.receiveMaximum else {
          throw CaseFailed("the broker sets none")
        }
        var taken = 0
        while taken <= Int(maximum), guest.client.canPublish {
          try guest.client.publish(
            topic: try visit.topic("a"), payload: [], qos: .atLeastOnce, token: UInt64(taken))
          taken += 1
        }
        try require(taken, is: Int(maximum), "how many went before an answer")
        for _ in 0..<taken {
          try guest.wait(for: "PUBACK") { if case .acknowledged = $0 { () } else { nil } }
        }
        try guest.leave()
      }
    }

    @Test(arguments: Column.all(.receiveMaximumIn))
    func `the broker keeps the client's receive maximum`(_ column: Column) async throws {
      try await column.enter(.receiveMaximumIn) { visit in
        let tap = try Tap(to: visit.broker.doors.tcp)
        var guest = try visit.connect("guest", port: tap.port) { $0.session.receiveMaximum = 3 }
        try guest.subscribe(try visit.subscription("a", .atLeastOnce))
        var publisher = try visit.connect("publisher")
        let count = 100
        for index in 0..<count { try publisher.publish(try visit.topic("a"), "\(index)") }
        try tap.wait(for: 3, fromClient: false, Tap.Packet.publish, within: visit.patience)
        // Nothing has been acknowledged: no more may come.
        Clock.sleep(for: Visit.quiet)
        let early = tap.packets(fromClient: false, Tap.Packet.publish).count
        try require(early, is: 3, "how many came before an answer")
        for index in 0..<count {
          try require(try guest.message().text, is: "\(index)", "what came")
        }

        // Of what the tap has let through the broker has had no answer to these at least.
        var unanswered = 0
        for packet in tap.packets {
          if packet.type == Tap.Packet.publish { unanswered += 1 }
          if packet.type == Tap.Packet.puback { unanswered -= 1 }
          try require(unanswered <= 3, "\(unanswered) messages at a time, and 3 are allowed")
        }
        try publisher.leave()
        try guest.leave()
      }
    }

    @Test(arguments: Column.all(.packetSizeOut))
    func `the broker's maximum packet size is kept`(_ column: Column) async throws {
      try await column.enter(.packetSizeOut) { visit in
        let tap = try Tap(to: visit.broker.doors.tcp)
        var guest = try visit.connect("guest", port: tap.port) {
          $0.session.sentPacketSizeMax = .max
        }
        guard let maximum = guest.client.acceptance.properties.maximumPacketSize else {
          throw CaseFailed("the broker sets none")
        }
        let topic = try visit.topic("a")
        let payload = [UInt8](repeating: 0, count: Int(maximum))
        do throws(ClientError) {
          try guest.client.publish(
            topic: topic, payload: payload, qos: .atLeastOnce, token: 1)
        } catch {
          guard case .session(.unsendable(.tooLarge)) = error else { throw error }
          // The session goes on.
          try guest.publish(try visit.topic("a"), "small")
          let count = tap.packets(fromClient: true, Tap.Packet.publish).count
          try require(count, is: 1, "how many went to the broker")
          return try guest.leave()
        }
        throw CaseFailed("a packet above \(maximum) bytes was taken")
      }
    }

    @Test(arguments: Column.all(.packetSizeIn))
    func `the broker keeps the client's maximum packet size`(_ column: Column) async throws {
      try await column.enter(.packetSizeIn) { visit in
        var guest = try visit.connect("guest") { $0.session.packetSizeMax = 1_000 }
        try guest.subscribe(try visit.subscription("a", .atLeastOnce))
        var publisher = try visit.connect("publisher")
        try publisher.publish(try visit.topic("a"), [UInt8](repeating: 0, count: 2_000))
        try publisher.publish(try visit.topic("a"), "small")
        // What is too large is left out as if it had been delivered [MQTT-3.1.2-25].
        try require(try guest.message().text, is: "small", "what came")
        try publisher.leave()
        try guest.leave()
      }
    }
  }
}
