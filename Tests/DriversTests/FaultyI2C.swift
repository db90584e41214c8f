import Configuration

@testable import Drivers
@testable import ProfileCheck

/// The device of an example on a bus that fails as a test says.
struct FaultyI2C: I2CLine {
  private(set) var script: ScriptedI2C
  private(set) var transfers = 0
  /// By the number of the transfer, what goes wrong.
  var failures: [Int: BusError] = [:]
  /// By the number of the transfer, what is read instead.
  var overrides: [Int: [UInt8]] = [:]

  init(_ test: I2CTest, of profile: I2CProfile) {
    script = ScriptedI2C(test, of: profile)
  }

  mutating func transfer(_ transfer: inout I2CTransfer) throws(BusError) {
    defer { transfers += 1 }
    if let failure = failures[transfers] { throw failure }
    try script.transfer(&transfer)
    guard let override = overrides[transfers] else { return }
    for (index, byte) in zip(transfer.received.indices, override) {
      transfer.received[index] = byte
    }
  }
}
