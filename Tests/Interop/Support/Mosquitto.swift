import Foundation
import Glibc

extension Workshop {
  /// Mosquitto with every way in that it has.
  func startMosquitto() async throws -> Broker {
    let doors = Doors(
      tcp: try Ports.free(), tls: try Ports.free(), certificates: try Ports.free(),
      preSharedKeys: try Ports.free(), webSocket: try Ports.free(),
      secureWebSocket: try Ports.free(), webSocketPath: "/mqtt")
    guard let certificates = doors.certificates, let preSharedKeys = doors.preSharedKeys else {
      preconditionFailure("both are set above")
    }
    let hex = Self.key.map { String($0 >> 4, radix: 16) + String($0 & 0x0F, radix: 16) }.joined()
    try write("\(Self.keyIdentity):\(hex)\n", to: "mosquitto.keys")
    try run(
      "mosquitto_passwd", "/usr/bin/mosquitto_passwd",
      ["-b", "-c", path("mosquitto.passwords"), Self.user, Self.password])
    let server = """
      cafile \(path("ca.pem"))
      certfile \(path("server.pem"))
      keyfile \(path("server.key"))
      """
    // As root it would become the user mosquitto, who may not read this folder.
    let user = getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "root"
    try write(
      """
      user \(user)
      allow_anonymous false
      password_file \(path("mosquitto.passwords"))
      max_keepalive \(MosquittoLimit.keepAlive)
      max_packet_size \(MosquittoLimit.packetSize)
      max_queued_messages 0
      log_dest stderr
      log_type error
      log_type warning
      log_type notice
      log_type information
      listener \(doors.tcp) 127.0.0.1
      listener \(doors.tls) 127.0.0.1
      \(server)
      listener \(certificates) 127.0.0.1
      \(server)
      require_certificate true
      use_identity_as_username true
      listener \(preSharedKeys) 127.0.0.1
      psk_file \(path("mosquitto.keys"))
      psk_hint mosquitto
      use_identity_as_username true
      listener \(doors.webSocket) 127.0.0.1
      protocol websockets
      listener \(doors.secureWebSocket) 127.0.0.1
      protocol websockets
      \(server)
      """, to: "mosquitto.conf")
    let process = try start(
      "mosquitto", "/usr/sbin/mosquitto", ["-c", path("mosquitto.conf")])
    let release = try await Brokers.release(
      of: process, doors: doors, after: "mosquitto version")
    return Broker(
      kind: .mosquitto, release: release, doors: doors, workshop: self, processes: [process])
  }
}

/// What this mosquitto is told to allow.
enum MosquittoLimit {
  /// In seconds; the least that mosquitto takes for it (mosquitto.conf(5), max_keepalive).
  ///
  /// Mosquitto 2.0.21 notes when a client is due in a ring that is too short by one second for
  /// clients with just this keep alive. One whose packet is the first that is read in a new second,
  /// counted since the machine was started, is found to be due at once.
  static let keepAlive: UInt16 = 10
  /// In bytes; above the largest payload of the cases.
  static let packetSize = 200_000
}
