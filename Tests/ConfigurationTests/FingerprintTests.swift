import Testing

@testable import Configuration

struct FingerprintTests {
  @Test(
    arguments: [
      ("", 0xCBF2_9CE4_8422_2325), ("a", 0xAF63_DC4C_8601_EC8C), ("foobar", 0x8594_4171_F739_67E8),
    ] as [(String, UInt64)])
  func `it is FNV-1a`(text: String, value: UInt64) {
    // The vectors of the draft, appendix C.
    var fingerprint = Fingerprint()
    fingerprint.add(text.utf8)
    #expect(fingerprint.value == value)
  }

  private func fingerprint(_ yaml: String) throws -> UInt64 {
    var fingerprint = Fingerprint()
    fingerprint.add(try YAMLParser.parse(Array(yaml.utf8), file: "f", expecting: "anything"))
    return fingerprint.value
  }

  @Test func `what says the same is the same, wherever it stands`() throws {
    #expect(try fingerprint("{a: 1, b: [x, y]}") == fingerprint("# more\na: 1\nb:\n - x\n - y\n"))
  }

  @Test(arguments: [
    "{a: 1, b: [x, y, z]}", "{a: 1, b: [xy]}", "{a: 1, b: x}", "{a: 1}", "{a: '1', b: [x, y]}",
    "{b: [x, y], a: 1}", "{a1: '', b: [x, y]}", "{a: 1, b: [x], y: }",
  ])
  func `what says something else is another`(yaml: String) throws {
    #expect(try fingerprint("{a: 1, b: [x, y]}") != fingerprint(yaml))
  }
}
