import Testing

@testable import System

struct MachineTests {
  /// The vectors of RFC 3720, appendix B.4, and the check value of the catalogues.
  @Test(
    arguments: [
      (Array("123456789".utf8), 0xE306_9283), ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
      ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43), ((0..<32).map { UInt8($0) }, 0x46DD_794E),
      ((0..<32).reversed().map { UInt8($0) }, 0x113F_DB5C), ([], 0),
    ] as [([UInt8], UInt32)])
  func `the checksum is the same with the processor's instruction and without`(
    bytes: [UInt8], expected: UInt32
  ) {
    bytes.withUnsafeBytes { bytes in
      #expect(~Checksum.crc32c(.max, bytes) == expected)
      #expect(~Checksum.crc32cPortable(.max, bytes) == expected)
    }
  }

  @Test(
    arguments: [
      ("01234567-89ab-cdef-fedc-ba9876543210\n", 0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210),
      ("0123456789abcdeffedcba9876543210", 0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210),
    ] as [(String, UInt64, UInt64)])
  func `a boot's name is 32 hexadecimal digits`(text: String, high: UInt64, low: UInt64) throws {
    let id = try #require(Boot.parse(Array(text.utf8)))
    #expect(id.0 == high && id.1 == low)
  }

  @Test(arguments: [
    "", "0", "01234567-89ab-cdef-fedc-ba987654321", "x", String(repeating: "0", count: 33),
  ])
  func `what is no boot's name is none`(text: String) {
    #expect(Boot.parse(Array(text.utf8)) == nil)
  }

  @Test func `this machine has a boot, and room on its device`() throws {
    #expect(Boot.id != (0, 0))
    #expect(Boot.id == Boot.id)
    #expect(try Files.freeBytes(at: "/") > 0)
    #expect(throws: Errno.noSuchFile) { try Files.freeBytes(at: "/no/such/path") }
  }
}
