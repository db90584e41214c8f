import Testing

@testable import Spool

/// The vectors of RFC 3720, appendix B.4, and the check value of the catalogues.
@Test(
  arguments: [
    (Array("123456789".utf8), 0xE306_9283),
    ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
    ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
    ((0..<32).map { UInt8($0) }, 0x46DD_794E),
    ((0..<32).reversed().map { UInt8($0) }, 0x113F_DB5C),
    ([], 0),
  ] as [([UInt8], UInt32)])
func `the checksum is CRC-32C`(bytes: [UInt8], expected: UInt32) {
  #expect(bytes.withUnsafeBytes { CRC32C.checksum($0) } == expected)
}

@Test func `a checksum taken in pieces is that of the whole`() {
  let bytes = Array("123456789".utf8)
  for cut in 0...bytes.count {
    var checksum = CRC32C()
    bytes[..<cut].withUnsafeBytes { checksum.update($0) }
    bytes[cut...].withUnsafeBytes { checksum.update($0) }
    #expect(checksum.value == 0xE306_9283)
  }
}
