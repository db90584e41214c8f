import Foundation
import Glibc
import TestSupport
import Testing

/// The ways to a broker other than plain TCP, each against Debian's mosquitto.
struct SecureLinkTests {
  /// What a case needs of the scene.
  struct Link: Sendable {
    let name: String
    let broker: @Sendable (SecureMosquitto) -> String
  }

  private static let good: [Link] = [
    Link(name: "TLS by name") { "mqtts://localhost:\($0.tls), tls: { ca-file: ca.pem }" },
    Link(name: "TLS by address") {
      "mqtts://127.0.0.1:\($0.tls), tls: { ca-file: ca.pem, minimum-version: 1.2 }"
    },
    Link(name: "client certificate") {
      "mqtts://localhost:\($0.certificates), tls: { ca-file: ca.pem, certificate: client.pem, "
        + "key: client.key, key-passphrase: sesame }"
    },
    Link(name: "pre-shared key") {
      "mqtts://localhost:\($0.preSharedKeys), tls: { psk-identity: barn, "
        + "psk: 00112233445566778899aabbccddeeff }"
    },
    Link(name: "WebSocket") { "ws://127.0.0.1:\($0.webSocket)" },
    Link(name: "secure WebSocket") {
      "wss://localhost:\($0.secureWebSocket)/mqtt, tls: { ca-file: ca.pem }"
    },
    Link(name: "nobody is verified, because it says insecure") {
      "mqtts://127.0.0.1:\($0.tls), tls: { insecure: true }"
    },
  ]

  private static let bad: [(Link, String)] = [
    (
      Link(name: "authority unknown") { "mqtts://localhost:\($0.tls)" },
      "self-signed certificate in certificate chain"
    ),
    (
      Link(name: "another authority") {
        "mqtts://localhost:\($0.tls), tls: { ca-file: other.pem }"
      }, "certificate"
    ),
    (
      Link(name: "another name") { "mqtts://127.0.0.2:\($0.tls), tls: { ca-file: ca.pem }" },
      "refused"
    ),
    (
      Link(name: "no such file") { "mqtts://localhost:\($0.tls), tls: { ca-file: nope.pem }" },
      "nope.pem"
    ),
    (
      Link(name: "wrong passphrase") {
        "mqtts://localhost:\($0.certificates), tls: { ca-file: ca.pem, certificate: client.pem, "
          + "key: client.key, key-passphrase: guess }"
      }, "passphrase"
    ),
    (
      Link(name: "wrong pre-shared key") {
        "mqtts://localhost:\($0.preSharedKeys), tls: { psk-identity: barn, psk: 00 }"
      }, "TLS"
    ),
    (Link(name: "TLS to a port without") { "mqtts://localhost:\($0.plain.port)" }, "broker"),
    (Link(name: "WebSocket to a port without") { "ws://localhost:\($0.plain.port)" }, "broker"),
  ]

  private func start(_ link: Link, _ broker: SecureMosquitto, _ workplace: Workplace) throws
    -> ChildProcess
  {
    // No meter is needed: readings without values are delivered as well.
    try workplace.configure(
      broker: link.broker(broker), meter: try freePort(),
      device: "every: 50 ms, batch: 0 s, points: [power]")
    return try workplace.startGateway()
  }

  @Test func `every way in delivers`() async throws {
    let workplace = try Workplace()
    let broker = try await SecureMosquitto(in: workplace)
    let subscriber = try await Subscriber(to: broker.plain, in: workplace)
    for link in Self.good {
      let before = subscriber.arrivals.count
      let gateway = try start(link, broker, workplace)
      #expect(
        try await eventually { subscriber.arrivals.count >= before + 3 },
        "\(link.name): \(gateway.output)")
      gateway.signal(SIGTERM)
      #expect(try await gateway.waitForEnd(within: .seconds(5)) == 0, "\(link.name)")
      #expect(Report(in: gateway.output)?["queued"] == 0, "\(link.name): \(gateway.output)")
    }
  }

  @Test func `what is not to be trusted, or not there, is told and not delivered to`()
    async throws
  {
    let workplace = try Workplace()
    let broker = try await SecureMosquitto(in: workplace)
    for (link, words) in Self.bad {
      let gateway = try start(link, broker, workplace)
      #expect(
        try await eventually { gateway.output.contains("no link to the broker") },
        "\(link.name): \(gateway.output)")
      let line = gateway.output.split(separator: "\n").first { $0.contains("no link to") } ?? ""
      #expect(line.contains(words), "\(link.name): \(line)")
      #expect(!line.contains("sesame") && !line.contains("guess"))
      gateway.signal(SIGTERM)
      #expect(try await gateway.waitForEnd(within: .seconds(5)) == 0, "\(link.name)")
      #expect(Report(in: gateway.output)?["acknowledged"] == 0, "\(link.name)")
    }
  }

  @Test(arguments: ["http", "socks5"])
  func `a proxy that nobody here wrote passes it on, TLS and all`(kind: String) async throws {
    let workplace = try Workplace()
    let broker = try await SecureMosquitto(in: workplace)
    let subscriber = try await Subscriber(to: broker.plain, in: workplace)
    let port = try freePort()
    let proxy = try workplace.start(
      Workplace.root.appendingPathComponent(".build/python-peers/bin/pproxy").path,
      ["-l", "\(kind)://127.0.0.1:\(port)#user:secret"])
    #expect(try await eventually { isOpen(port) }, "\(proxy.output)")
    // First the stranger: the proxy remembers from where somebody has said the password.
    let stranger = Link(name: kind) {
      "mqtt://localhost:\($0.plain.port), proxy: \"\(kind)://user:guess@127.0.0.1:\(port)\""
    }
    let refused = try start(stranger, broker, workplace)
    #expect(
      try await eventually { refused.output.contains("no way through the proxy") },
      "\(refused.output)")
    #expect(!refused.output.contains("guess"))
    refused.signal(SIGTERM)
    #expect(try await refused.waitForEnd(within: .seconds(5)) == 0)

    let way = Link(name: kind) {
      "wss://localhost:\($0.secureWebSocket), tls: { ca-file: ca.pem }, "
        + "proxy: \"\(kind)://user:secret@127.0.0.1:\(port)\""
    }
    let gateway = try start(way, broker, workplace)
    #expect(try await eventually { subscriber.arrivals.count >= 3 }, "\(gateway.output)")
    gateway.signal(SIGTERM)
    #expect(try await gateway.waitForEnd(within: .seconds(5)) == 0)
  }
}
