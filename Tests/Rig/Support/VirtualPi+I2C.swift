import Foundation

/// An I2C adapter with a register file at each address (i2c-stub). It knows SMBus's byte, word and
/// block transfers, and no plain messages (I2C_RDWR).
struct I2CStub {
  let pi: VirtualPi
  /// The adapter is /dev/i2c-N.
  let number: Int

  var device: String { "/dev/i2c-\(number)" }

  /// Sets registers, one byte each, from `register` on.
  func fill(_ address: UInt8, _ register: UInt8, _ bytes: [UInt8]) async throws {
    let commands = bytes.enumerated().map { index, byte in
      "i2cset -y \(number) \(address) \(register &+ UInt8(truncatingIfNeeded: index)) \(byte) b"
    }
    try await pi.run("set -e\n" + commands.joined(separator: "\n"))
  }

  /// Sets a register of 16 bits, as a word of SMBus: the low byte is first on the wire, so a sensor
  /// that has its high byte first wants it swapped.
  func fillWord(_ address: UInt8, _ register: UInt8, _ word: UInt16) async throws {
    try await pi.run("i2cset -y \(number) \(address) \(register) \(word) w")
  }

  /// Reads a register: what a program has written to it.
  func byte(_ address: UInt8, _ register: UInt8) async throws -> UInt8 {
    try await read("i2cget -y \(number) \(address) \(register) b")
  }

  /// The same of 16 bits.
  func word(_ address: UInt8, _ register: UInt8) async throws -> UInt16 {
    try await read("i2cget -y \(number) \(address) \(register) w")
  }

  private func read<Value: FixedWidthInteger>(_ command: String) async throws -> Value {
    let text = try await pi.run(command)
    guard text.hasPrefix("0x"), let value = Value(text.dropFirst(2), radix: 16) else {
      throw VirtualPi.Failure(description: "'\(command)' says \(text)")
    }
    return value
  }

  /// It vanishes; `pi.i2cStub` makes it again, with registers that are all 0.
  func unplug() async throws {
    try await pi.run("i2c_gone")
  }
}

extension VirtualPi {
  /// Makes one with chips at these addresses, ten at most. There can be one at a time.
  func i2cStub(_ addresses: [UInt8]) async throws -> I2CStub {
    let text = try await run("i2c_stub \(addresses.map(String.init).joined(separator: " "))")
    guard let number = Int(text) else { throw Failure(description: "no adapter: \(text)") }
    return I2CStub(pi: self, number: number)
  }
}
