import Foundation
import TestSupport
import Testing

/// The ways of `godwit pub` and `godwit sub` to a broker other than plain TCP.
struct ToolsLinkTests {
  private static let good: [@Sendable (SecureMosquitto) -> String] = [
    { "-h localhost -p \($0.tls) --cafile ca.pem" },
    { "-L mqtts://127.0.0.1:\($0.tls) --cafile ca.pem --tls-version tlsv1.2" },
    { "-h 127.0.0.1 -p \($0.tls) --cafile other.pem --insecure" },
    {
      "-h localhost -p \($0.certificates) --cafile ca.pem --cert client.pem --key plain.key"
    },
    {
      "-h localhost -p \($0.certificates) --cafile ca.pem --cert client.pem --key client.key"
        + " --key-pw-file passphrase"
    },
    {
      "-h localhost -p \($0.preSharedKeys) --psk 00112233445566778899aabbccddeeff"
        + " --psk-identity barn"
    },
    { "-h 127.0.0.1 -p \($0.webSocket) --ws" },
    { "-L ws://127.0.0.1:\($0.webSocket)/mqtt" },
    { "-L wss://localhost:\($0.secureWebSocket) --cafile ca.pem" },
  ]

  private static let bad: [(@Sendable (SecureMosquitto) -> String, String)] = [
    ({ "-L mqtts://localhost:\($0.tls)" }, "certificate"),
    ({ "-h localhost -p \($0.tls) --cafile other.pem" }, "certificate"),
    ({ "-h localhost -p \($0.tls) --cafile nope.pem" }, "nope.pem"),
    (
      {
        "-h localhost -p \($0.certificates) --cafile ca.pem --cert client.pem --key client.key"
          + " --key-pw-file psk.txt"
      }, "passphrase"
    ),
    ({ "-h localhost -p \($0.preSharedKeys) --psk 00 --psk-identity barn" }, "TLS"),
    ({ "-h localhost -p \($0.plain.port) --ws" }, "broker"),
  ]

  @Test func `every way in works, for both tools`() async throws {
    let workplace = try Workplace()
    let broker = try await SecureMosquitto(in: workplace)
    try workplace.write("sesame\n", to: "passphrase")
    for (number, link) in Self.good.enumerated() {
      let way = link(broker)
      let process = try workplace.start(
        "/bin/sh",
        [
          "-c",
          """
          '\(Workplace.godwit)' pub \(way) -t t\(number) -m hi -q 1 -r &&
          '\(Workplace.godwit)' sub \(way) -t t\(number) -q 1 -C 1 -W 10
          """,
        ])
      #expect(try await process.waitForEnd(within: .seconds(20)) == 0, "\(way): \(process.output)")
      #expect(process.output == "hi\n", "\(way): \(process.output)")
    }
  }

  @Test func `what is not to be trusted is told and not spoken to`() async throws {
    let workplace = try Workplace()
    let broker = try await SecureMosquitto(in: workplace)
    for (link, words) in Self.bad {
      let way = link(broker)
      let process = try workplace.start(
        "/bin/sh", ["-c", "exec '\(Workplace.godwit)' pub \(way) -t t -m hi -q 1"])
      #expect(try await process.waitForEnd(within: .seconds(20)) != 0, "\(way)")
      #expect(process.output.contains(words), "\(way): \(process.output)")
      #expect(process.output.filter { $0 == "\n" }.count == 1, "\(way): \(process.output)")
    }
  }

  @Test(arguments: ["http", "socks5"])
  func `a proxy passes it on`(kind: String) async throws {
    let workplace = try Workplace()
    let broker = try await SecureMosquitto(in: workplace)
    let port = try freePort()
    let proxy = try workplace.start(
      Workplace.root.appendingPathComponent(".build/python-peers/bin/pproxy").path,
      ["-l", "\(kind)://127.0.0.1:\(port)#user:secret"])
    #expect(try await eventually { isOpen(port) }, "\(proxy.output)")
    let scheme = kind == "http" ? "http" : "socks5h"
    func publish(_ user: String) async throws -> (Int32?, String) {
      let process = try workplace.start(
        "/bin/sh",
        [
          "-c",
          "exec '\(Workplace.godwit)' pub -h localhost -p \(broker.tls) --cafile ca.pem -t t -m hi"
            + " -q 1 --proxy \(scheme)://\(user)@127.0.0.1:\(port)",
        ])
      return (try await process.waitForEnd(within: .seconds(20)), process.output)
    }
    // First the stranger: the proxy remembers from where somebody has said the password.
    let stranger = try await publish("user:guess")
    #expect(stranger.0 == 1 && stranger.1.contains("no way through the proxy"), "\(stranger.1)")
    #expect(!stranger.1.contains("guess"))
    let friend = try await publish("user:secret")
    #expect(friend.0 == 0 && friend.1 == "", "\(friend.1)")
  }
}
