import MQTT
import MQTTClient
import System
import Testing

extension Interop {
  /// The ways in.
  struct TransportCases {
    @Test(arguments: Column.all(.tcp))
    func `plain TCP`(_ column: Column) async throws {
      try await column.enter(.tcp) { visit in
        try Self.echo(over: Route(Endpoint(host: "127.0.0.1", port: visit.broker.doors.tcp)), visit)
      }
    }

    @Test(arguments: Column.all(.tls))
    func `TLS, verified`(_ column: Column) async throws {
      try await column.enter(.tls) { visit in
        try Self.echo(over: try visit.secureRoute(visit.broker.doors.tls, visit.trust), visit)
        var other = TLSOptions()
        other.caFile = visit.broker.workshop.path("other.pem")
        try Self.expectTLSRefusal("a server of an unknown authority") {
          try Self.echo(over: try visit.secureRoute(visit.broker.doors.tls, other), visit)
        }
      }
    }

    @Test(arguments: Column.all(.clientCertificate))
    func `a client certificate in place of a password`(_ column: Column) async throws {
      try await column.enter(.clientCertificate) { visit in
        guard let door = visit.broker.doors.certificates else {
          throw CaseFailed("it has no such door")
        }
        var trust = visit.trust
        trust.clientCertificate = TLSOptions.ClientCertificate(
          certificateFile: visit.broker.workshop.path("client.pem"),
          keyFile: visit.broker.workshop.path("client.key"))
        try Self.echo(over: try visit.secureRoute(door, trust), visit, withPassword: false)
        do {
          let route = try visit.secureRoute(door, visit.trust)
          try Self.echo(over: route, visit, withPassword: false)
        } catch is ClientError {
          return
        }
        throw CaseFailed("a client without a certificate was let in")
      }
    }

    @Test(arguments: Column.all(.preSharedKey))
    func `a pre-shared key`(_ column: Column) async throws {
      try await column.enter(.preSharedKey) { visit in
        guard let door = visit.broker.doors.preSharedKeys else {
          throw CaseFailed("it has no such door")
        }
        var options = TLSOptions()
        options.preSharedKey = TLSOptions.PreSharedKey(
          identity: Workshop.keyIdentity, key: Workshop.key)
        try Self.echo(over: try visit.secureRoute(door, options), visit, withPassword: false)
        options.preSharedKey?.key[0] ^= 1
        do {
          try Self.echo(over: try visit.secureRoute(door, options), visit, withPassword: false)
        } catch is ClientError {
          return
        }
        throw CaseFailed("a wrong key was accepted")
      }
    }

    @Test(arguments: Column.all(.webSocket))
    func `a WebSocket`(_ column: Column) async throws {
      try await column.enter(.webSocket) { visit in
        var route = Route(Endpoint(host: "localhost", port: visit.broker.doors.webSocket))
        route.webSocketPath = visit.broker.doors.webSocketPath
        try Self.echo(over: route, visit)
      }
    }

    @Test(arguments: Column.all(.secureWebSocket))
    func `a WebSocket over TLS`(_ column: Column) async throws {
      try await column.enter(.secureWebSocket) { visit in
        var route = try visit.secureRoute(visit.broker.doors.secureWebSocket, visit.trust)
        route.webSocketPath = visit.broker.doors.webSocketPath
        try Self.echo(over: route, visit)
      }
    }

    /// Connects and has a message of 64 KiB come back.
    private static func echo(
      over route: Route, _ visit: Visit, withPassword: Bool = true
    ) throws {
      var options = visit.options("echo")
      if !withPassword {
        options.session.username = nil
        options.session.password = nil
      }
      var guest = try Guest(route, options, visit: visit)
      try guest.subscribe(try visit.subscription("echo", .atLeastOnce))
      let payload = Payloads.large
      try guest.publish(try visit.topic("echo"), payload)
      try require(try guest.message().payload, is: payload, "what came back")
      // How TLS and WebSocket end is not for MQTT to say.
      guest.client.disconnect(within: visit.patience)
    }

    private static func expectTLSRefusal(_ what: String, _ body: () throws -> Void) throws {
      do {
        try body()
      } catch ClientError.tls {
        return
      }
      throw CaseFailed("\(what) was accepted")
    }
  }
}

/// What messages are filled with.
enum Payloads {
  static let large = (0..<65_536).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 8)) }
  /// Nothing, little, all bytes, much.
  static let all: [[UInt8]] = [[], [0], Array(0...255), large]
}
