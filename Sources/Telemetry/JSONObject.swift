/// A JSON object on one line, put together member by member (RFC 8259).
public struct JSONObject {
  private var bytes: [UInt8] = [UInt8(ascii: "{")]

  /// An object without members.
  public init() {}

  @inline(never)
  private mutating func begin(_ name: StaticString) {
    if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
    bytes.append(UInt8(ascii: "\""))
    bytes.append(
      contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
  }

  /// A text, escaped as it has to be.
  @inline(never)
  public mutating func member(_ name: StaticString, _ text: String) {
    begin(name)
    JSONString.append(text, to: &bytes)
  }

  /// A number; nil becomes null.
  @inline(never)
  public mutating func member(_ name: StaticString, _ number: Int64?) {
    begin(name)
    if let number {
      NumberText.append(number, to: &bytes)
    } else {
      bytes.append(contentsOf: "null".utf8)
    }
  }

  /// A number, at most the largest of `Int64`.
  public mutating func member(_ name: StaticString, _ number: UInt64) {
    member(name, Int64(clamping: number))
  }

  /// Yes or no.
  @inline(never)
  public mutating func member(_ name: StaticString, _ flag: Bool) {
    member(name, json: Array((flag ? "true" : "false").utf8))
  }

  /// A value that is JSON already.
  @inline(never)
  public mutating func member(_ name: StaticString, json: [UInt8]) {
    begin(name)
    bytes.append(contentsOf: json)
  }

  /// The whole object.
  public var closed: [UInt8] { bytes + [UInt8(ascii: "}")] }

  /// The whole object as a line.
  public func line() -> [UInt8] { bytes + [UInt8(ascii: "}"), UInt8(ascii: "\n")] }
}
