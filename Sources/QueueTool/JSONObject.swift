internal import Telemetry

/// A JSON object on one line, put together member by member (RFC 8259).
struct JSONObject {
  private var bytes: [UInt8] = [UInt8(ascii: "{")]

  @inline(never)
  private mutating func begin(_ name: StaticString) {
    if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
    bytes.append(UInt8(ascii: "\""))
    bytes.append(
      contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
  }

  @inline(never)
  mutating func member(_ name: StaticString, _ text: String) {
    begin(name)
    JSONString.append(text, to: &bytes)
  }

  /// A number; nil becomes null.
  @inline(never)
  mutating func member(_ name: StaticString, _ number: Int64?) {
    begin(name)
    bytes.append(contentsOf: (number.map { decimal($0) } ?? "null").utf8)
  }

  mutating func member(_ name: StaticString, _ number: UInt64) {
    member(name, Int64(clamping: number))
  }

  @inline(never)
  mutating func member(_ name: StaticString, _ flag: Bool) {
    member(name, json: Array((flag ? "true" : "false").utf8))
  }

  /// A value that is JSON already.
  @inline(never)
  mutating func member(_ name: StaticString, json: [UInt8]) {
    begin(name)
    bytes.append(contentsOf: json)
  }

  /// The whole object.
  var closed: [UInt8] { bytes + [UInt8(ascii: "}")] }

  /// The whole object as a line.
  func line() -> [UInt8] { bytes + [UInt8(ascii: "}"), UInt8(ascii: "\n")] }
}
