/// Reads the head of a response of HTTP/1.1, a byte at a time: its status and its fields (RFC 9112).
///
/// It holds one line. Behind the empty line at the end it begins again, for a final response can
/// follow interim ones (RFC 9110, 15.2); the limit of all bytes goes on over them.
///
/// A line may end with a line feed alone, as RFC 9112 section 2.2 lets a recipient choose: small
/// servers do so, and where the head ends is the same in both readings. A carriage return anywhere
/// else is refused.
struct HTTPResponseReader: Sendable {
  /// What a line was.
  enum Element: Equatable {
    /// The status line; `minorVersion` is 0 or 1.
    case status(HTTPStatus, minorVersion: Int)
    /// A field: its name in small letters, its value without spaces around it.
    case field(name: [UInt8], value: [UInt8])
    /// The empty line.
    case end
  }

  /// Apache and nginx send no longer lines by themselves; a cookie or a ticket of a proxy fits.
  static let lineMax = 8 * 1_024
  /// A handshake has ten; proxies add some. Apache's own limit.
  static let fieldsMax = 100
  /// All of it, interim responses too. Nothing of it is kept, this only ends a flood.
  static let headMax = 32 * 1_024

  private static let version: StaticString = "HTTP/1."

  private var line: [UInt8] = []
  private var isAtStatus = true
  private var fieldCount = 0
  private var size = 0

  /// Takes one byte.
  /// - Returns: what the line was that it ends; nil inside a line.
  mutating func push(_ byte: UInt8) throws(HTTPResponseError) -> Element? {
    size += 1
    guard size <= HTTPResponseReader.headMax else {
      throw .headTooLong(limit: HTTPResponseReader.headMax)
    }
    if byte == ASCII.lineFeed {
      if line.last == ASCII.carriageReturn { line.removeLast() }
      defer { line.removeAll(keepingCapacity: true) }
      return try readLine()
    }
    if line.last == ASCII.carriageReturn { throw .bareCarriageReturn }
    // The carriage return at the end is not the line's.
    guard line.count < HTTPResponseReader.lineMax || byte == ASCII.carriageReturn else {
      throw .lineTooLong(limit: HTTPResponseReader.lineMax)
    }
    // A server of something else is told by its first byte: it might send no line end, ever.
    if isAtStatus && line.count < HTTPResponseReader.version.utf8CodeUnitCount
      && byte != HTTPResponseReader.version.utf8Start[line.count]
    {
      throw .malformedStatusLine
    }
    line.append(byte)
    return nil
  }

  private mutating func readLine() throws(HTTPResponseError) -> Element {
    if isAtStatus {
      isAtStatus = false
      return try readStatusLine()
    }
    if line.isEmpty {
      isAtStatus = true
      fieldCount = 0
      return .end
    }
    fieldCount += 1
    guard fieldCount <= HTTPResponseReader.fieldsMax else {
      throw .tooManyFields(limit: HTTPResponseReader.fieldsMax)
    }
    return try readField()
  }

  /// "HTTP/1.1 200 OK"; the reason may be missing, and the space before it, as many servers do it.
  private func readStatusLine() throws(HTTPResponseError) -> Element {
    // "HTTP/1.", then one digit, a space, three digits.
    guard line.count >= 12, line.starts(with: "HTTP/1.".utf8), 48...49 ~= line[7],
      line[8] == ASCII.space, line[9...11].allSatisfy({ ASCII.isDigit($0) }),
      line.count == 12 || line[12] == ASCII.space,
      line.allSatisfy({ ASCII.isFieldByte($0) })
    else { throw .malformedStatusLine }
    let code = line[9...11].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    guard 100...599 ~= code else { throw .malformedStatusLine }
    return .status(
      HTTPStatus(code: code, reason: line.dropFirst(13)),
      minorVersion: Int(line[7] - UInt8(ascii: "0")))
  }

  /// No space before the colon: two readers could take such a name for two (RFC 9112, 5.1).
  private func readField() throws(HTTPResponseError) -> Element {
    if let first = line.first, ASCII.isBlank(first) { throw .foldedField }
    guard let colon = line.firstIndex(of: ASCII.colon), colon > 0,
      line[..<colon].allSatisfy({ ASCII.isTokenByte($0) })
    else { throw .malformedField }
    let value = ASCII.trimmed(line[(colon + 1)...])
    guard value.allSatisfy({ ASCII.isFieldByte($0) }) else { throw .malformedField }
    return .field(name: line[..<colon].map { ASCII.lowercased($0) }, value: Array(value))
  }
}
