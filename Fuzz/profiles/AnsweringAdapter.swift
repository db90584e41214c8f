import Configuration
import Telemetry

/// Reads an I2C device of a profile over an adapter that answers what is in the input.
func sample(_ profile: DeviceProfile, _ body: I2CProfile, answers: [UInt8]) {
  let site = I2CSite(address: body.addresses[0], profile: body)
  var device = I2CDevice(
    configuration: Device(
      name: "d", profile: profile, bus: 0, site: .i2c(site), every: .seconds(1),
      points: Array(profile.points.indices)), index: 0)
  precondition(device.jobs.count == 1, "one job a device")
  var line = AnsweringAdapter(answers: answers)
  for _ in 0..<2 {
    var waited = Duration.zero
    let reading = device.sample(
      group: 0, over: &line, unixMilliseconds: 0, sinceBoot: .zero, pause: { waited += $0 })
    precondition(waited <= I2CLimits.waitMax, "longer than a sample may take")
    check(reading.sample)
  }
}

/// Answers that begin anew at their end; 0xFE is a transfer that fails.
private struct AnsweringAdapter: I2CLine, ~Copyable {
  let answers: [UInt8]
  var next = 0

  mutating func transfer(_ transfer: inout I2CTransfer) throws(BusError) {
    for index in transfer.received.indices {
      let byte = answers.isEmpty ? 0 : answers[next % answers.count]
      next += 1
      if byte == 0xFE { throw index % 2 == 0 ? .noAcknowledge : .timeout }
      transfer.received[index] = byte
    }
  }
}
