import Testing

@testable import System

struct LogLineTests {
  private func line(_ fields: Log.Fields, prefix: String = "", message: String = "m") -> String {
    String(
      decoding: LogLine.format(prefix: prefix, message: message, fields: fields), as: UTF8.self)
  }

  @Test func `a message is followed by its fields in order`() {
    #expect(
      line(["b": "1", "a": "x"], prefix: "<4>", message: "sample failed")
        == "<4>sample failed b=1 a=x\n")
  }

  @Test(arguments: [
    ("two words", "\"two words\""),
    ("", "\"\""),
    ("a=b", "\"a=b\""),
    ("say \"hi\"", "\"say \\\"hi\\\"\""),
    ("back\\slash", "\"back\\\\slash\""),
    ("line\nbreak", "\"line\\x0abreak\""),
    ("\u{1B}[31m", "\"\\x1b[31m\""),
    ("straße", "straße"),
  ])
  func `no value can look like a field or a line of its own`(value: String, text: String) {
    #expect(line(["v": value]) == "m v=\(text)\n")
  }

  @Test(arguments: 1_000..<1_030)
  func `a long line is cut between characters`(length: Int) {
    let text = line(["v": String(repeating: "a", count: length) + "äöü€"])
    #expect(text.utf8.count <= LogLine.bytesMax)
    #expect(!text.contains("\u{FFFD}"))
    #expect(text.hasSuffix("\n"))
  }
}
