extension Workshop {
  /// amqtt with every way in that it has without its extras.
  func startAmqtt() async throws -> Broker {
    let doors = Doors(
      tcp: try Ports.free(), tls: try Ports.free(), certificates: nil, preSharedKeys: nil,
      webSocket: try Ports.free(), secureWebSocket: try Ports.free(), webSocketPath: "/mqtt")
    let ports = [doors.tcp, doors.tls, doors.webSocket, doors.secureWebSocket]
    let process = try start(
      "amqtt", Places.python,
      [
        Places.peer("amqtt_broker.py"), path("amqtt.passwords"), Self.user, Self.password,
        path("server.pem"), path("server.key"),
      ] + ports.map(String.init))
    let release = try await Brokers.release(of: process, doors: doors, after: "amqtt")
    return Broker(
      kind: .amqtt, release: release, doors: doors, workshop: self, processes: [process])
  }
}
