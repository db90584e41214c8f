import Testing

@testable import Buses

struct RTUCheckTests {
  /// MODBUS over Serial Line V1.02, 6.2.2: the CRC of 02 07 is 1241, sent low byte first.
  @Test func `the specification's example has its check`() {
    #expect(RTUCheck.of([0x02, 0x07]) == 0x1241)
    #expect(RTUCheck.fits([0x02, 0x07, 0x41, 0x12]))
  }

  @Test func `any bit that is another spoils it`() {
    let frame: [UInt8] = [0x02, 0x07, 0x41, 0x12]
    for bit in 0..<32 {
      var spoilt = frame
      spoilt[bit / 8] ^= 1 << (bit % 8)
      #expect(!RTUCheck.fits(spoilt))
    }
  }

  @Test func `a frame without content does not fit`() {
    #expect(!RTUCheck.fits([]) && !RTUCheck.fits([0xFF]) && !RTUCheck.fits([0xFF, 0xFF]))
  }
}
