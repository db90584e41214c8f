import Configuration
import Testing

/// What is refused before any schema looks at it.
@Suite struct YAMLTests {
  @Test(arguments: [
    Refusal("", "g.yaml:1:1: the file is empty, expected a gateway configuration"),
    Refusal("# nothing\n\n", "g.yaml:1:1: the file is empty, expected a gateway configuration"),
    Refusal("---\n...\n", "g.yaml:2:1: expected a gateway configuration, found nothing"),
    Refusal("- a\n", "g.yaml:1:1: expected a gateway configuration, found a list"),
    Refusal("barn", "g.yaml:1:1: expected a gateway configuration, found 'barn'"),
    Refusal(
      "gateway: barn\n  broker: x\n",
      "g.yaml:2:9: invalid YAML: mapping values are not allowed in this context"),
    Refusal(
      "gateway: [barn\nbroker: x\n",
      "g.yaml:2:7: invalid YAML: did not find expected ',' or ']' while parsing a flow sequence"
        + " that begins in line 1"),
    Refusal(
      "gateway:\n\tbarn: 1\n",
      "g.yaml:2:1: invalid YAML: found character that cannot start any token while scanning for"
        + " the next token"),
    Refusal(
      "gateway: \"barn\n",
      "g.yaml:2:1: invalid YAML: found unexpected end of stream while scanning a quoted scalar"
        + " that begins in line 1"),
    Refusal(
      "gateway: &a barn\n",
      "g.yaml:1:10: anchors (&name) are not supported, expected a value alone"),
    Refusal(
      "gateway: *a\n", "g.yaml:1:10: aliases (*name) are not supported, expected the value itself"),
    Refusal(
      "gateway: barn\nbroker:\n  password: !vault x\n",
      "g.yaml:3:13: tags (!name) are not supported, expected a value alone"),
    Refusal(
      "gateway: !!str barn\n", "g.yaml:1:10: tags (!name) are not supported, expected a value alone"
    ),
    Refusal(
      "buses: !x {}\n", "g.yaml:1:8: tags (!name) are not supported, expected a value alone"),
    Refusal(
      "buses: &b [1]\n", "g.yaml:1:8: anchors (&name) are not supported, expected a value alone"),
    Refusal(
      "gateway: barn\n---\ngateway: hut\n",
      "g.yaml:2:1: a second document begins, expected one document in a file"),
    Refusal(
      "gateway: barn\nbroker: {}\ngateway: hut\n",
      "g.yaml:3:1: duplicate key 'gateway', first in line 1"),
    Refusal(
      "buses: {a: {}, b: {}, a: {}}\n", "g.yaml:1:23: duplicate key 'a', first in line 1"),
    Refusal("? [a]\n: b\n", "g.yaml:1:3: expected a name as key, found a list"),
    Refusal("{a: 1}: b\n", "g.yaml:1:1: expected a name as key, found a mapping"),
    Refusal("?\n: b\n", "g.yaml:1:2: expected a name as key, found nothing"),
    Refusal("gateway: \"a\\0b\"\n", "g.yaml:1:10: a text with a NUL character in it"),
  ])
  func `what is not plain YAML is refused with its place`(_ refusal: Refusal) {
    #expect(gatewayError(refusal.yaml) == refusal.error)
  }

  @Test(
    arguments: [
      (
        [0x7F, 0x45, 0x4C, 0x46, 0x02, 0x01],
        "g.yaml:1:1: not a YAML file: character U+007F, expected text"
      ),
      ([0x89, 0x50, 0x4E, 0x47], "g.yaml:1:1: not a YAML file: byte 0x89, expected UTF-8 text"),
      ([0x61, 0x0A, 0x62, 0x00], "g.yaml:2:2: not a YAML file: character U+0000, expected text"),
      ([0xFF, 0xFE, 0x61, 0x00], "g.yaml:1:1: not a YAML file: UTF-16 text, expected UTF-8"),
      ([0xFE, 0xFF, 0x00, 0x61], "g.yaml:1:1: not a YAML file: UTF-16 text, expected UTF-8"),
      ([0x61, 0x00, 0x3A, 0x00], "g.yaml:1:2: not a YAML file: character U+0000, expected text"),
      // Overlong, a surrogate, beyond the last character, cut off, a lone continuation.
      ([0xC0, 0xAF], "g.yaml:1:1: not a YAML file: byte 0xC0, expected UTF-8 text"),
      ([0xE0, 0x80, 0xAF], "g.yaml:1:1: not a YAML file: byte 0xE0, expected UTF-8 text"),
      ([0xED, 0xA0, 0x80], "g.yaml:1:1: not a YAML file: byte 0xED, expected UTF-8 text"),
      ([0xF4, 0x90, 0x80, 0x80], "g.yaml:1:1: not a YAML file: byte 0xF4, expected UTF-8 text"),
      ([0x61, 0xE2, 0x82], "g.yaml:1:2: not a YAML file: byte 0xE2, expected UTF-8 text"),
      ([0x23, 0xC3, 0xA9, 0x80], "g.yaml:1:3: not a YAML file: byte 0x80, expected UTF-8 text"),
      (
        [0x61, 0x0D, 0x0A, 0x0D, 0xFF],
        "g.yaml:3:1: not a YAML file: byte 0xFF, expected UTF-8 text"
      ),
      ([0x61, 0xEF, 0xBB, 0xBF], "g.yaml:1:2: not a YAML file: character U+FEFF, expected text"),
    ] as [([UInt8], String)])
  func `what is not text is told as what it is`(_ bytes: [UInt8], _ expected: String) {
    let error = #expect(throws: ConfigurationError.self) { try gateway(bytes) }
    #expect(error?.text == expected)
  }

  @Test func `columns count characters, and a byte order mark is none`() {
    #expect(
      gatewayError("gateway: barn\nbroker: {ürl: \"ä😀\", \"é\": &x 1}\n")
        == "g.yaml:2:26: anchors (&name) are not supported, expected a value alone")
    #expect(
      gatewayError("\u{FEFF}gatway: barn\n")
        == "g.yaml:1:1: unknown key 'gatway', did you mean 'gateway'?")
  }

  @Test func `a file may be as large as the limit and no larger`() throws {
    let start = "gateway: barn\nbroker: {url: mqtt://a}\nbuses: {}\ndevices: {}\n#"
    let padding = String(repeating: "x", count: 1_048_576 - start.utf8.count)
    #expect(gatewayError(start + padding) == nil)
    #expect(
      gatewayError(start + padding + "x")
        == "g.yaml:1:1: the file is too large, expected at most 1024 KiB")
  }

  @Test func `nesting ends at its limit`() {
    // The root mapping is level 1, so 31 lists fit.
    let open = { (count: Int) in String(repeating: "[", count: count) }
    let close = { (count: Int) in String(repeating: "]", count: count) }
    #expect(
      gatewayError("gateway: \(open(31))\(close(31))\n")
        == "g.yaml:1:10: expected a name for the gateway of 1 to 64 letters, digits, '-' and '_',"
        + " found a list")
    #expect(
      gatewayError("gateway: \(open(32))\(close(32))\n")
        == "g.yaml:1:41: nested too deeply, expected at most 32 levels")
    #expect(
      gatewayError("gateway: \(open(100_000))\n")
        == "g.yaml:1:41: nested too deeply, expected at most 32 levels")
  }

  @Test func `the number of nodes ends at its limit`() {
    let items = String(repeating: "a,", count: 99_998)
    // The root, a key, a list and 99,997 items are 100,000.
    #expect(
      gatewayError("gateway: [\(items.dropLast(2))]\n")
        == "g.yaml:1:10: expected a name for the gateway of 1 to 64 letters, digits, '-' and '_',"
        + " found a list")
    #expect(
      gatewayError("gateway: [\(items)]\n")
        == "g.yaml:1:\(11 + 2 * 99_997): too much content, expected at most 100000 keys and values")
  }

  @Test func `the keys of a mapping end at their limit`() {
    let keys = (0...1_000).map { "k\($0): 1\n" }.joined()
    #expect(
      gatewayError(keys) == "g.yaml:1001:1: too many keys, expected at most 1000 in one mapping")
  }

  @Test func `a scalar ends at its limit`() {
    let text = String(repeating: "a", count: 65_536)
    #expect(
      gatewayError("gateway: \(text)\n")
        == "g.yaml:1:10: expected a name for the gateway of 1 to 64 letters, digits, '-' and '_',"
        + " found '\(text.prefix(60))...'")
    #expect(
      gatewayError("gateway: \(text)a\n")
        == "g.yaml:1:10: a text that is too long, expected at most 64 KiB")
  }
}
