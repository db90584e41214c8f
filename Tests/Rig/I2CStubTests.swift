import Foundation
import Testing

/// The helper for I2C, seen by i2c-tools.
@Suite(.ownThreads)
struct I2CStubTests {
  @Test func `an adapter has the chips and the registers that a test sets`() async throws {
    let pi = try await VirtualPi()
    let stub = try await pi.i2cStub([0x48, 0x76])
    let found = try await pi.run("i2cdetect -y \(stub.number)")
    #expect(found.contains("40: -- -- -- -- -- -- -- -- 48 --"), "\(found)")
    #expect(found.contains("70: -- -- -- -- -- -- 76 --"), "\(found)")

    // A BME280's identity and its first calibration bytes, read as one block.
    try await stub.fill(0x76, 0xD0, [0x60])
    try await stub.fill(0x76, 0x88, [0x70, 0x6B, 0x43, 0x67])
    #expect(try await pi.run("i2cget -y \(stub.number) 0x76 0xD0") == "0x60")
    #expect(
      try await pi.run("i2cget -y \(stub.number) 0x76 0x88 i 4") == "0x70 0x6b 0x43 0x67")

    // A TMP102's 25 degrees: 0x1900, high byte first.
    try await stub.fillWord(0x48, 0x00, 0x0019)
    #expect(try await pi.run("i2cget -y \(stub.number) 0x48 0 w") == "0x0019")
    #expect(try await stub.word(0x48, 0) == 0x0019)

    // What a program writes is there for the test to see.
    try await pi.run("i2cset -y \(stub.number) 0x76 0xF4 0x27")
    #expect(try await stub.byte(0x76, 0xF4) == 0x27)
    // Nobody is at another address.
    await #expect(throws: VirtualPi.Failure.self) {
      try await pi.run("i2cget -y \(stub.number) 0x49 0")
    }

    try await stub.unplug()
    #expect(try await pi.run("ls /dev/i2c-* 2>/dev/null || true") == "")
    let again = try await pi.i2cStub([0x48])
    #expect(try await again.word(0x48, 0) == 0)
  }
}
