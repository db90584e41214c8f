import Testing

@testable import MQTTClient

/// Addresses in texts (RFC 4291, 2.2; RFC 3986, 3.2.2).
@Suite struct ProxyAddressTests {
  @Test(
    arguments: [
      ("0.0.0.0", [0, 0, 0, 0]), ("255.255.255.255", [255, 255, 255, 255]),
      ("192.0.2.10", [192, 0, 2, 10]),
    ] as [(String, [UInt8])])
  func `an address of IPv4 is read`(text: String, bytes: [UInt8]) {
    #expect(IPAddress(Array(text.utf8)[...]) == .version4(bytes))
  }

  /// The examples of RFC 4291, 2.2, and the places where "::" can be.
  @Test(
    arguments: [
      (
        "ABCD:EF01:2345:6789:ABCD:EF01:2345:6789",
        [0xABCD, 0xEF01, 0x2345, 0x6789, 0xABCD, 0xEF01, 0x2345, 0x6789]
      ),
      ("2001:DB8:0:0:8:800:200C:417A", [0x2001, 0xDB8, 0, 0, 8, 0x800, 0x200C, 0x417A]),
      ("2001:DB8::8:800:200C:417A", [0x2001, 0xDB8, 0, 0, 8, 0x800, 0x200C, 0x417A]),
      ("FF01::101", [0xFF01, 0, 0, 0, 0, 0, 0, 0x101]), ("::1", [0, 0, 0, 0, 0, 0, 0, 1]),
      ("::", [0, 0, 0, 0, 0, 0, 0, 0]), ("1::", [1, 0, 0, 0, 0, 0, 0, 0]),
      ("::13.1.68.3", [0, 0, 0, 0, 0, 0, 0x0D01, 0x4403]),
      ("::FFFF:129.144.52.38", [0, 0, 0, 0, 0, 0xFFFF, 0x8190, 0x3426]),
      ("1:2:3:4:5:6:129.144.52.38", [1, 2, 3, 4, 5, 6, 0x8190, 0x3426]),
      ("1:2:3:4:5:6:7::", [1, 2, 3, 4, 5, 6, 7, 0]), ("::2:3:4:5:6:7:8", [0, 2, 3, 4, 5, 6, 7, 8]),
    ] as [(String, [UInt16])])
  func `an address of IPv6 is read`(text: String, groups: [UInt16]) {
    let bytes = groups.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    #expect(IPAddress(Array(text.utf8)[...]) == .version6(bytes))
  }

  @Test(arguments: [
    "", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.1000", "01.2.3.4", "1.2.3.", ".1.2.3",
    "1..2.3", "1.2.3.-4", "0x1.2.3.4", "1.2.3.4 ", ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7:", ":1:2:3:4:5:6:7", "1::2::3", "1:2:3:4::5:6:7:8", "12345::", "g::", "::1.2.3",
    "1.2.3.4::", "1:2:3:4:5:6:7:1.2.3.4", "::1%eth0", "[::1]", "::1:1.2.3.4:1",
  ])
  func `anything else is none`(text: String) {
    #expect(IPAddress(Array(text.utf8)[...]) == nil)
  }

  @Test func `a host is told with brackets and a port where they belong`() {
    func authority(_ host: String, _ port: UInt16?) -> String? {
      HostName(host).map { String(decoding: $0.authority(port: port), as: UTF8.self) }
    }
    #expect(authority("a-b.example_1~", nil) == "a-b.example_1~")
    #expect(authority("a", 65_535) == "a:65535")
    #expect(authority("::1", 80) == "[::1]:80")
    #expect(authority("fe80::1%eth0", nil) == "[fe80::1]")
    #expect(authority("::1%", nil) == "[::1]")
    for host in [
      "", ":", "a:b", "a%b", "a:%", "a@b", "a/b", "a?b", "a#b", "a\\b", "\u{0}", "\u{E4}",
    ] {
      #expect(authority(host, nil) == nil, "\(host)")
    }
  }
}
