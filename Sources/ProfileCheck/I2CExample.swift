internal import Configuration
internal import Drivers
internal import System

extension DeviceProfile {
  /// An I2C device of this profile that reads these points together.
  func device(_ points: [Int], at site: I2CSite) -> I2CDevice {
    I2CDevice(
      configuration: Device(
        name: "device", profile: self, bus: 0, site: .i2c(site), every: .seconds(1),
        points: points), index: 0)
  }

  /// Runs an example: what comes of it that its profile does not expect.
  func faults(in test: I2CTest) -> [String] {
    var device = device(test.expectations.points(of: self), at: test.site)
    var line = ScriptedI2C(test, of: i2c)
    let reading = device.sample(
      group: 0, over: &line, unixMilliseconds: 0, sinceBoot: .zero, pause: { _ in })
    var faults = test.expectations.faults(in: reading.sample)
    for entry in test.written {
      let written = line.written(to: entry.register)
      if written != entry.bytes {
        let register = HexByte.text(entry.register)
        faults.append(
          "written to " + register + " is " + text(written) + ", expected " + text(entry.bytes))
      }
    }
    if !test.sent.isEmpty, line.sent != test.sent {
      faults.append("sent is " + text(line.sent) + ", expected " + text(test.sent))
    }
    for (reply, isUsed) in zip(test.replies, line.usedReplies) where !isUsed {
      faults.append("the reply to " + text([reply.sent]) + " is never asked for")
    }
    return faults
  }

  /// Bytes as a profile has them, e.g. "c383, eb83".
  private func text(_ lists: [[UInt8]]) -> String {
    if lists.isEmpty { return "nothing" }
    return lists.map { bytes in
      bytes.isEmpty ? "\"\"" : bytes.reduce("") { $0 + Hexadecimal.text(UInt64($1), digits: 2) }
    }.joined(separator: ", ")
  }
}
