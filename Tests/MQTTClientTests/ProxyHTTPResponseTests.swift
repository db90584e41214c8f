import TestSupport
import Testing

@testable import MQTTClient

/// The head of a response of HTTP/1.1 (RFC 9112).
@Suite struct ProxyHTTPResponseTests {
  @Test(arguments: [
    ("HTTP/1.1 200 OK\r\n", 200, "OK", 1),
    ("HTTP/1.1 200 OK\n", 200, "OK", 1),
    ("HTTP/1.1 404 Not Found\r\n", 404, "Not Found", 1),
    ("HTTP/1.1 599 \r\n", 599, "", 1),
    ("HTTP/1.0 100\r\n", 100, "", 0),
    ("HTTP/1.1 200  two \t\r\n", 200, " two \t", 1),
    ("HTTP/1.1 200 \u{E4}\r\n", 200, "\u{E4}", 1),
  ])
  func `a status line is read`(line: String, code: Int, reason: String, minor: Int) {
    let read = Elements(line)
    #expect(read.error == nil)
    #expect(
      read.elements == [
        .status(HTTPStatus(code: code, reason: Array(reason.utf8)[...]), minorVersion: minor)
      ])
  }

  @Test(arguments: [
    "\r\n", "\n", "HTTP/1.1\r\n", "HTTP/1.1 20\r\n", "HTTP/1.1 2000\r\n", "HTTP/1.1  200\r\n",
    "HTTP/1.1\t200 OK\r\n", "HTTP/1.1 200\tOK\r\n", "HTTP/1.1 099 A\r\n", "HTTP/1.1 600 A\r\n",
    "HTTP/1.1 2x0 A\r\n", "HTTP/1.1 +20 A\r\n", "HTTP/1.2 200 OK\r\n", "HTTP/1.x 200 OK\r\n",
    "HTTP/2 200\r\n", "http/1.1 200 OK\r\n", "ICY 200 OK\r\n", " HTTP/1.1 200 OK\r\n",
    "\r\nHTTP/1.1 200 OK\r\n", "HTTP/1.1 200 O\u{0}K\r\n", "HTTP/1.1 200 O\u{1B}K\r\n",
    "HTTP/1.1 200 O\u{7F}K\r\n", "HTTP/1.1 200OK\r\n", "\u{20}", "A", "HTTP/2",
  ])
  func `what is no status line is refused`(line: String) {
    #expect(Elements(line).error == .malformedStatusLine)
  }

  @Test(arguments: [
    ("Name: value", "name", "value"), ("NAME:value", "name", "value"), ("n:", "n", ""),
    ("n: \t ", "n", ""), ("n: \t a b\tc \t", "n", "a b\tc"), ("n:a:b", "n", "a:b"),
    ("!#$%&'*+-.^_`|~9: a", "!#$%&'*+-.^_`|~9", "a"), ("n: \u{E4}", "n", "\u{E4}"),
  ])
  func `a field is read`(line: String, name: String, value: String) {
    for lineEnd in ["\r\n", "\n"] {
      let read = Elements("HTTP/1.1 200 OK\r\n\(line)\(lineEnd)\r\n")
      #expect(
        read.elements.dropFirst() == [
          .field(name: Array(name.utf8), value: Array(value.utf8)), .end,
        ])
    }
  }

  @Test(
    arguments: [
      (" folded", .foldedField), ("\tfolded", .foldedField), (" ", .foldedField),
      ("name", .malformedField), (": a", .malformedField), ("na me: a", .malformedField),
      ("name : a", .malformedField), ("name\t: a", .malformedField),
      ("n\u{E4}: a", .malformedField),
      ("n(: a", .malformedField), ("n: \u{0}", .malformedField), ("n: a\u{1B}b", .malformedField),
      ("n: \u{7F}", .malformedField), ("n\u{0}: a", .malformedField),
      ("n: a\rb", .bareCarriageReturn), ("n: a\r", .bareCarriageReturn),
      ("\ra", .bareCarriageReturn),
    ] as [(String, HTTPResponseError)])
  func `a field that breaks a rule is refused`(line: String, error: HTTPResponseError) {
    let read = Elements("HTTP/1.1 200 OK\r\n\(line)\r\n\r\n")
    #expect(read.error == error)
    #expect(read.elements.count == 1)
    #expect(!error.text.isEmpty)
  }

  @Test func `a line has a largest size`() {
    let start = "HTTP/1.1 200 OK\r\nn:"
    let value = String(repeating: "a", count: HTTPResponseReader.lineMax - 2)
    #expect(Elements(start + value + "\r\n").elements.count == 2)
    #expect(Elements(start + value + "\n").elements.count == 2)
    let limit = HTTPResponseError.lineTooLong(limit: HTTPResponseReader.lineMax)
    #expect(Elements(start + value + "a").error == limit)
    #expect(Elements("HTTP/1.1 200 " + value).error == limit)
  }

  @Test func `there is a largest number of fields`() {
    let field = "n: a\r\n"
    let most = String(repeating: field, count: HTTPResponseReader.fieldsMax)
    let read = Elements("HTTP/1.1 200 OK\r\n\(most)\r\n")
    #expect(read.error == nil && read.elements.last == .end)
    #expect(
      Elements("HTTP/1.1 200 OK\r\n\(most)\(field)").error
        == .tooManyFields(limit: HTTPResponseReader.fieldsMax))
  }

  @Test func `all heads together have a largest size`() {
    let interim = "HTTP/1.1 100 Continue\r\nn: 0123456789\r\n\r\n"
    let count = HTTPResponseReader.headMax / interim.utf8.count
    #expect(Elements(String(repeating: interim, count: count)).error == nil)
    #expect(
      Elements(String(repeating: interim, count: count + 1)).error
        == .headTooLong(limit: HTTPResponseReader.headMax))
  }

  @Test func `only the beginning of a reason is kept`() {
    let reason = String(repeating: "a", count: 1_000)
    guard case .status(let status, _) = Elements("HTTP/1.1 500 \(reason)\r\n").elements.first else {
      Issue.record("no status")
      return
    }
    #expect(status.text == "500 " + String(repeating: "a", count: HTTPStatus.reasonMax))
  }

  @Test func `random bytes behind a status line never crash it`() {
    for seed in 0..<2_000 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      var bytes = Array("HTTP/1.1 200 OK\r\n".utf8)
      let some = Array(":\r\n\t aZ\u{0}\u{E4}".utf8)
      for _ in 0..<40 { bytes.append(some.randomElement(using: &random) ?? 0) }
      var reader = HTTPResponseReader()
      do { for byte in bytes { _ = try reader.push(byte) } } catch { #expect(!error.text.isEmpty) }
    }
  }
}

/// What a reader makes of bytes.
private struct Elements {
  var elements: [HTTPResponseReader.Element] = []
  var error: HTTPResponseError?

  init(_ text: String) {
    var reader = HTTPResponseReader()
    do throws(HTTPResponseError) {
      for byte in Array(text.utf8) {
        if let element = try reader.push(byte) { elements.append(element) }
      }
    } catch {
      self.error = error
    }
  }
}
