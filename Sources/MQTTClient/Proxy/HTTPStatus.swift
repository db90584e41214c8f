/// How a server or a proxy answered a request (RFC 9110, 15).
public struct HTTPStatus: Equatable, Sendable {
  /// From 100 to 599.
  public let code: Int
  /// What the other side says to it; often empty. At most `reasonMax` bytes of it are kept.
  public let reason: String

  /// What is kept of the reason: enough for a sentence, and for a line in a log.
  public static let reasonMax = 128

  init(code: Int, reason: ArraySlice<UInt8>) {
    self.code = code
    // A reason beyond ASCII has no agreed encoding (RFC 9112, 4); what is not UTF-8 is replaced.
    self.reason = String(decoding: reason.prefix(HTTPStatus.reasonMax), as: UTF8.self)
  }

  /// The code and the reason, e.g. "404 Not Found".
  public var text: String { reason.utf8.isEmpty ? "\(code)" : "\(code) \(reason)" }
}
