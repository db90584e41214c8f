import Foundation
import TestSupport
import Testing

/// Debian's mosquitto with every way in that it has, and a certificate authority of its own.
final class SecureMosquitto {
  let tls: UInt16
  let certificates: UInt16
  let preSharedKeys: UInt16
  let webSocket: UInt16
  let secureWebSocket: UInt16
  let plain: Mosquitto

  init(in workplace: Workplace) async throws {
    tls = try freePort()
    certificates = try freePort()
    preSharedKeys = try freePort()
    webSocket = try freePort()
    secureWebSocket = try freePort()
    try await Self.makeCertificates(in: workplace)
    try workplace.write("barn:00112233445566778899aabbccddeeff\n", to: "psk.txt")
    let server = """
      cafile \(workplace.path("ca.pem"))
      certfile \(workplace.path("server.pem"))
      keyfile \(workplace.path("server.key"))
      """
    plain = try Mosquitto(
      in: workplace, name: "secure",
      more: """
        listener \(tls) 127.0.0.1
        \(server)
        listener \(certificates) 127.0.0.1
        \(server)
        require_certificate true
        listener \(preSharedKeys) 127.0.0.1
        psk_file \(workplace.path("psk.txt"))
        psk_hint mosquitto
        listener \(webSocket) 127.0.0.1
        protocol websockets
        listener \(secureWebSocket) 127.0.0.1
        protocol websockets
        \(server)
        """)
    try await plain.start()
  }

  /// An authority, a server's certificate for localhost and 127.0.0.1, and a client's with an
  /// encrypted key.
  private static func makeCertificates(in workplace: Workplace) async throws {
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
    try workplace.write("subjectAltName=DNS:localhost,IP:127.0.0.1\n", to: "names")
    let lines = [
      "openssl req -x509 \(key) -keyout ca.key -out ca.pem -subj /CN=Test -days 2",
      "openssl req -x509 \(key) -keyout other.key -out other.pem -subj /CN=Other -days 2",
      "openssl req \(key) -keyout server.key -out server.csr -subj /CN=localhost",
      "openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2"
        + " -extfile names -out server.pem",
      "openssl req \(key) -keyout plain.key -out client.csr -subj /CN=barn",
      "openssl x509 -req -in client.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2"
        + " -out client.pem",
      "openssl pkcs8 -topk8 -in plain.key -out client.key -passout pass:sesame",
    ]
    let shell = try workplace.start("/bin/sh", ["-ec", lines.joined(separator: "\n")], name: "ca")
    #expect(try await shell.waitForEnd(within: .seconds(60)) == 0, "\(shell.output)")
  }
}
