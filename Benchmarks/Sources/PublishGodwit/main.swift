// Publishes COUNT messages of 256 bytes with QoS 1 and WINDOW in flight, and waits for all
// acknowledgements: PublishGodwit PORT COUNT WINDOW
import Glibc
import MQTT
import MQTTClient
import System

let arguments = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
guard arguments.count == 3, let port = UInt16(exactly: arguments[0]) else {
  fatalError("usage: PublishGodwit PORT COUNT WINDOW")
}
let (count, window) = (arguments[1], Int(arguments[2]))

try publish()

func publish() throws {
  var session = Session.Options(clientID: "benchmark-godwit")
  session.inFlightMax = window
  var client = try Client(
    connectingTo: Endpoint(host: "127.0.0.1", port: port), options: Client.Options(session: session)
  )
  let topic = try TopicName("benchmark/godwit")
  let payload = [UInt8](repeating: 0x2E, count: 256)
  var (sent, acknowledged) = (0 as UInt64, 0 as UInt64)
  while acknowledged < count {
    while sent < count && client.canPublish {
      try client.publish(topic: topic, payload: payload, qos: .atLeastOnce, token: sent)
      sent += 1
    }
    try client.run(until: Clock.sinceBoot + .seconds(10))
    while let event = client.nextEvent() {
      if case .acknowledged = event { acknowledged += 1 }
    }
  }
  client.disconnect(within: .seconds(1))
}
