import System
import Testing

@testable import MQTTClient

/// SHA-1 and Base64 against the vectors of their RFCs.
@Suite struct WebSocketHashTests {
  /// RFC 3174, 7.3; the second is the longest that needs a block more for its length.
  @Test(arguments: [
    ("abc", 1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
      "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
    ),
    ("a", 1_000_000, "34aa973cd4c4daa4f61eeb2bdbad27316534016f"),
    (
      "0123456701234567012345670123456701234567012345670123456701234567", 10,
      "dea356a2cddd90c7a7ecedc5ebb563934f460452"
    ),
    ("", 1, "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
  ])
  func `SHA-1 gives the digests of RFC 3174`(text: String, repeats: Int, digest: String) {
    let message = Array(String(repeating: text, count: repeats).utf8)
    #expect(hex(SHA1.digest(of: message)) == digest)
  }

  /// RFC 4648, 10.
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
    ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
  ])
  func `Base64 gives the texts of RFC 4648`(text: String, encoded: String) {
    #expect(Base64.encode(Array(text.utf8)) == Array(encoded.utf8))
  }

  /// RFC 4648, table 1: the bits 000000, 000001, ... give the alphabet in order.
  @Test func `Base64 uses the whole alphabet in order`() {
    var bytes: [UInt8] = []
    for value in stride(from: 0 as UInt32, to: 64, by: 4) {
      let group = value << 18 | (value + 1) << 12 | (value + 2) << 6 | (value + 3)
      bytes += [UInt8(group >> 16), UInt8(group >> 8 & 0xFF), UInt8(group & 0xFF)]
    }
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    #expect(Base64.encode(bytes) == Array(alphabet.utf8))
  }

  private func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
