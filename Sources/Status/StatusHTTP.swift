/// Answers to requests of HTTP/1.0 and 1.1 for a status; pure: bytes in, bytes out (RFC 9112).
///
/// A connection has one request and one answer. There is nothing to write, so a body is not looked at.
public enum StatusHTTP {
  /// What to do with what has come of a request.
  public enum Outcome: Equatable, Sendable {
    /// Read on, and ask again with all that has come.
    case moreNeeded
    /// Send this and close.
    case answer([UInt8])
  }

  /// The longest head of a request. A browser's, with all that it says of itself, has about 1 KiB.
  public static let requestMax = 4_096

  /// The answer to a request.
  /// - Parameters:
  ///   - request: all that has come, from the connection's first byte on.
  ///   - status: called where the answer tells of it.
  public static func answer(to request: [UInt8], status: () -> GatewayStatus) -> Outcome {
    let head: Head?
    do throws(Refusal) {
      head = try Head(request)
    } catch {
      return .answer(Answer(refusing: error).bytes(hasBody: true))
    }
    guard let head else { return .moreNeeded }
    return .answer(answer(to: head, status: status).bytes(hasBody: !head.isHead))
  }

  private static func answer(to head: Head, status: () -> GatewayStatus) -> Answer {
    switch head.path {
    case "/status.json":
      return Answer(type: "application/json", StatusJSON.line(status()))
    case "/status.txt", "/":
      return Answer(type: "text/plain; charset=utf-8", Array(StatusTable.text(status()).utf8))
    case "/metrics":
      return Answer(
        type: "text/plain; version=0.0.4; charset=utf-8", PrometheusText.text(status()))
    case "/health":
      guard let trouble = status().trouble else { return Answer(type: plain, Array("ok\n".utf8)) }
      var answer = Answer(type: plain, Array(joined([trouble, "\n"]).utf8))
      answer.status = "503 Service Unavailable"
      return answer
    default:
      return Answer(refusing: .notFound)
    }
  }

  private static let plain: StaticString = "text/plain; charset=utf-8"

  /// Why a request has no answer.
  enum Refusal: Error {
    case badRequest, notFound, method, tooLarge, version

    var status: StaticString {
      switch self {
      case .badRequest: "400 Bad Request"
      case .notFound: "404 Not Found"
      case .method: "405 Method Not Allowed"
      case .tooLarge: "431 Request Header Fields Too Large"
      case .version: "505 HTTP Version Not Supported"
      }
    }

    var words: StaticString {
      switch self {
      case .badRequest: "this is no request of HTTP/1.1\n"
      case .notFound: "expected /status.json, /status.txt, /metrics or /health\n"
      case .method: "expected GET or HEAD\n"
      case .tooLarge: "the head of a request has at most 4096 bytes here\n"
      case .version: "expected HTTP/1.1 or HTTP/1.0\n"
      }
    }
  }

  private struct Answer {
    var status: StaticString = "200 OK"
    var type: StaticString
    var body: [UInt8]
    var allows = false

    init(type: StaticString, _ body: [UInt8]) {
      self.type = type
      self.body = body
    }

    init(refusing refusal: Refusal) {
      self.init(type: plain, Array("\(refusal.words)".utf8))
      status = refusal.status
      allows = refusal == .method
    }

    func bytes(hasBody: Bool) -> [UInt8] {
      let head = joined([
        "HTTP/1.1 ", "\(status)", "\r\nContent-Type: ", "\(type)", "\r\nContent-Length: ",
        decimal(Int64(body.count)), "\r\nCache-Control: no-store\r\n",
        "X-Content-Type-Options: nosniff\r\n", allows ? "Allow: GET, HEAD\r\n" : "",
        "Connection: close\r\n\r\n",
      ])
      return hasBody ? Array(head.utf8) + body : Array(head.utf8)
    }
  }
}

extension GatewayStatus {
  /// Why the gateway needs a person or a restart, in words; nil where it does not. A broker or a device
  /// that is away is what a gateway is made for.
  var trouble: String? {
    if state == .stopping { return "stopping" }
    for bus in buses where !bus.isWorking { return joined(["bus ", bus.name, " is stuck"]) }
    for lane in lanes {
      if let trouble = lane.trouble { return joined(["queue ", lane.name, ": ", trouble]) }
    }
    return nil
  }
}
