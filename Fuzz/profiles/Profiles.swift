import Configuration
import Drivers
import Telemetry

/// Any bytes as a profile, and behind a zero what its device answers. A profile that is taken must be
/// read in bounded time, with a finite number or a reason for each point.
@_cdecl("LLVMFuzzerTestOneInput")
public func readAnything(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let start, count > 0 else { return 0 }
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let end = bytes.firstIndex(of: 0) ?? count
  let profile: DeviceProfile
  do throws(ConfigurationError) {
    profile = try DeviceProfile.parse(Array(bytes[..<end]), file: "p.yaml", expectedID: nil)
  } catch {
    precondition(error.line >= 1 && error.column >= 1 && !error.message.utf8.contains(10))
    return 0
  }
  guard case .i2c(let body) = profile.body else { return 0 }
  let site = I2CSite(address: body.addresses[0], profile: body)
  var device = I2CDevice(
    configuration: Device(
      name: "d", profile: profile, bus: 0, site: .i2c(site), every: .seconds(1),
      points: Array(profile.points.indices)), index: 0)
  precondition(device.jobs.count == 1)
  var line = AnyLine(answers: bytes[end...].dropFirst())
  for _ in 0..<2 {
    var waited = Duration.zero
    let reading = device.sample(
      group: 0, over: &line, unixMilliseconds: 0, sinceBoot: .zero, pause: { waited += $0 })
    precondition(waited <= I2CLimits.waitMax)
    precondition(reading.sample.outcomes.count == profile.points.count)
    for case .double(let number) in reading.sample.outcomes { precondition(number.isFinite) }
  }
  return 0
}

/// Answers that begin anew at their end; 0xFE is a transfer that fails.
private struct AnyLine: I2CLine, ~Copyable {
  let answers: ArraySlice<UInt8>
  var next = 0

  mutating func transfer(_ transfer: inout I2CTransfer) throws(BusError) {
    for index in transfer.received.indices {
      let byte = answers.isEmpty ? 0 : answers[answers.startIndex + next % answers.count]
      next += 1
      if byte == 0xFE { throw index % 2 == 0 ? .noAcknowledge : .timeout }
      transfer.received[index] = byte
    }
  }
}
