@testable import Status

/// A gateway with two buses and four devices, as many have.
func typicalStatus() -> GatewayStatus {
  var status = GatewayStatus(
    gateway: "barn", version: "0.1.0", start: .powerLoss, clock: .synchronized)
  status.uptime = .seconds(273_600)
  status.unixMilliseconds = 1_764_000_000_000
  status.link.isUp = true
  status.link.broker = "mqtts://broker.example.org:8883"
  status.link.age = .seconds(8_000)
  status.link.connections = 3
  status.link.acknowledged = 12_345
  status.link.roundTrip = .microseconds(41_250)
  status.link.lastError = "connection reset"
  for name in ["alarm", "telemetry"] {
    var lane = GatewayStatus.Lane(name: name)
    lane.bytesOnDisk = 1_258_304
    lane.accepted = 12_357
    lane.acknowledged = 12_345
    lane.records = 12
    lane.oldestAge = .seconds(61)
    lane.dropped = [.init("full", 0), .init("age", 0), .init("memory", 0)]
    lane.durable = 12_357
    lane.syncsPerDay = 86_400
    lane.bytesWrittenPerDay = 44_040_192
    status.lanes.append(lane)
  }
  for name in ["line1", "i2c1"] {
    var bus = GatewayStatus.Bus(name: name)
    bus.loadPercent = 12
    bus.samples = 273_600
    bus.errors = [.init("timeout", 3)]
    bus.latency = .milliseconds(41)
    status.buses.append(bus)
  }
  for (name, bus) in [("meter", 0), ("pump", 0), ("climate", 1), ("light", 1)] {
    var device = GatewayStatus.Device(name: name, bus: bus)
    device.state = .ok
    device.readingAge = .seconds(1)
    status.devices.append(device)
  }
  status.process.residentBytes = 3_670_016
  status.process.threads = 6
  status.process.cpu = .milliseconds(61_500)
  return status
}

/// The status that much later, if nothing happens but that everything is counted.
func later(_ status: GatewayStatus, by time: Duration) -> GatewayStatus {
  var status = status
  let seconds = UInt64(time.components.seconds)
  status.uptime += time
  status.unixMilliseconds += Int64(seconds) * 1_000
  status.link.age += time
  status.link.acknowledged += seconds
  for index in status.lanes.indices {
    status.lanes[index].accepted += seconds
    status.lanes[index].acknowledged += seconds
    status.lanes[index].durable += seconds
  }
  for index in status.buses.indices { status.buses[index].samples += seconds }
  status.process.cpu += time / 100
  return status
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
