/// Why bytes are not the beginning of a response of HTTP/1.1 that is let in.
public enum HTTPResponseError: Error, Equatable, Sendable {
  /// The first line is not HTTP/1.0 or HTTP/1.1, a code from 100 to 599, and a reason.
  case malformedStatusLine
  /// A line behind it is not a name, a colon and a value.
  case malformedField
  /// A line goes on in the next, which has not been allowed since 2014.
  case foldedField
  /// A carriage return stands alone inside a line.
  case bareCarriageReturn
  /// A line has more bytes than the limit.
  case lineTooLong(limit: Int)
  /// There are more fields than the limit.
  case tooManyFields(limit: Int)
  /// All lines together have more bytes than the limit.
  case headTooLong(limit: Int)

  /// The rule that is broken, in words.
  public var text: String {
    switch self {
    case .malformedStatusLine: "it does not begin with a status line of HTTP/1.1 (RFC 9112, 4)"
    case .malformedField: "a header field is no name, colon and value (RFC 9112, 5)"
    case .foldedField: "a header field is folded into two lines (RFC 9112, 5.2)"
    case .bareCarriageReturn: "a carriage return stands inside a line (RFC 9112, 2.2)"
    case .lineTooLong(let limit): "a header line has more than \(limit) bytes"
    case .tooManyFields(let limit): "there are more than \(limit) header fields"
    case .headTooLong(let limit): "the header has more than \(limit) bytes"
    }
  }
}
