import MQTT
import MQTTClient
import System
import Testing

extension Interop {
  /// How connections begin, go on and end.
  struct ConnectionCases {
    @Test(arguments: Column.all(.fallback))
    func `5.0 falls back to 3.1.1`(_ column: Column) async throws {
      try await column.enter(.fallback) { visit in
        var options = visit.options("modern")
        options.session.version = .v5
        options.fallsBackToVersion311 = true
        var guest = try Guest(
          Route(Endpoint(host: "127.0.0.1", port: visit.broker.doors.tcp)), options,
          visit: visit)
        try require(guest.client.version, is: .v311, "the version that is spoken")
        try guest.subscribe(try visit.subscription("echo", .atLeastOnce))
        try guest.publish(try visit.topic("echo"), "old")
        try require(try guest.message().text, is: "old", "what came back")
        try guest.leave()
      }
    }

    @Test(arguments: Column.all(.password))
    func `only the right password opens`(_ column: Column) async throws {
      try await column.enter(.password) { visit in
        try visit.connect("right").leave()
        let strangers: [(String, username: String?, password: String?)] = [
          ("a wrong password", Workshop.user, "wrong"), ("a wrong name", "nobody", "wrong"),
          ("no name", nil, nil),
        ]
        for (what, username, password) in strangers {
          do throws(ClientError) {
            _ = try visit.client("stranger") { session in
              session.username = username
              session.password = password.map { Array($0.utf8) }
            }
          } catch {
            let isInWords: Bool
            if case .session(.refused(let code, _)) = error {
              isInWords = [.badUserNameOrPassword, .notAuthorized].contains(code)
            } else {
              isInWords = false
            }
            try require(
              isInWords && error.text.hasPrefix("the broker refused the connection: "),
              "\(what): \(error.text)")
            continue
          }
          throw CaseFailed("\(what) was let in")
        }
      }
    }

    @Test(arguments: Column.all(.assignedIdentifier))
    func `the broker names a nameless client`(_ column: Column) async throws {
      try await column.enter(.assignedIdentifier) { visit in
        var guests: [String] = []
        for _ in 0..<2 {
          var guest = try visit.connect("") { $0.session.clientID = "" }
          if visit.version == .v5 {
            let name = guest.client.acceptance.properties.assignedClientIdentifier?.text
            try require(name?.isEmpty == false, "CONNACK tells no name")
            guests.append(name ?? "")
          }
          try guest.subscribe(try visit.subscription("own", .atLeastOnce))
          try guest.publish(try visit.topic("own"), "mine")
          try require(try guest.message().text, is: "mine", "what came back")
          try guest.leave()
        }
        try require(Set(guests).count == guests.count, "twice the same name: \(guests)")
      }
    }

    @Test(arguments: Column.all(.takeOver))
    func `a second client takes over`(_ column: Column) async throws {
      try await column.enter(.takeOver) { visit in
        var first = try visit.connect("twin")
        var second = try visit.connect("twin")
        _ = try first.end()
        try second.subscribe(try visit.subscription("own", .atLeastOnce))
        try second.publish(try visit.topic("own"), "mine")
        try require(try second.message().text, is: "mine", "what the second gets")
        try second.leave()
      }
    }

    @Test(arguments: Column.all(.takeOverReason))
    func `a client is told that it was taken over`(_ column: Column) async throws {
      try await column.enter(.takeOverReason) { visit in
        var first = try visit.connect("twin")
        let second = try visit.connect("twin")
        let end = try first.end()
        guard case .session(.disconnected(.sessionTakenOver, _)) = end else {
          throw CaseFailed("the first ended so: \(end.text)")
        }
        try second.leave()
      }
    }

    @Test(arguments: Column.all(.keepAlive))
    func `an idle link is kept alive`(_ column: Column) async throws {
      try await column.enter(.keepAlive) { visit in
        let tap = try Tap(to: visit.broker.doors.tcp)
        var guest = try visit.connect("idle", port: tap.port) {
          $0.session.keepAlive = .seconds(1)
        }
        // The broker would close the link after one and a half seconds [MQTT-3.1.2-24].
        try guest.expectQuiet(for: .milliseconds(3_500), "an idle link")
        let pings = tap.packets(fromClient: true, Tap.Packet.pingreq).count
        try require(pings >= 2, "\(pings) pings in 3.5 s")
        try guest.subscribe(try visit.subscription("own", .atLeastOnce))
        try guest.publish(try visit.topic("own"), "alive")
        try require(try guest.message().text, is: "alive", "what came back")
        try guest.leave()
      }
    }

    @Test(arguments: Column.all(.serverKeepAlive))
    func `the broker sets the keep alive`(_ column: Column) async throws {
      try await column.enter(.serverKeepAlive) { visit in
        let tap = try Tap(to: visit.broker.doors.tcp)
        // The ping is in the middle of a second too then, see `MosquittoLimit`.
        let part = Clock.sinceBoot.components.attoseconds / 1_000_000_000_000_000
        Clock.sleep(for: .milliseconds((1_400 - part) % 1_000))
        var guest = try visit.connect("slow", port: tap.port) {
          $0.session.keepAlive = .seconds(600)
        }
        let seconds = guest.client.acceptance.properties.serverKeepAlive
        try require(seconds, is: MosquittoLimit.keepAlive, "what CONNACK says")
        // One second more than the broker waits.
        let wait = Duration.seconds(Int64(MosquittoLimit.keepAlive)) * 3 / 2 + .seconds(1)
        try guest.expectQuiet(for: wait, "an idle link")
        try require(!tap.packets(fromClient: true, Tap.Packet.pingreq).isEmpty, "no ping was sent")
        try guest.leave()
      }
    }
  }
}
