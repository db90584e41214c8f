extension WebSocketError {
  /// What happened, in words.
  public var text: String {
    switch self {
    case .hostNotLegal: "the host is no name and no address"
    case .pathNotLegal: "the path is not legal: it begins with / and has no spaces (RFC 3986, 3.3)"
    case .headerNotLegal(let name): "the header field '\(name)' is not to be sent"
    case .requestTooLong(let limit): "the request would have more than \(limit) bytes"

    case .notOpen: "the WebSocket is not open"
    case .outputFull: "too many bytes wait to be sent"
    case .inputFull: "too many bytes wait to be read"

    case .malformedResponse(let error): "the server does not speak HTTP: \(error.text)"
    case .unauthorized(let status): "the server asks for credentials: \(status.text)"
    case .proxyAuthenticationRequired(let status):
      "a proxy on the way asks for credentials: \(status.text)"
    case .redirected(let status, location: .some(let location)):
      "the server sends the client to \(location): \(status.text)"
    case .redirected(let status, location: nil):
      "the server sends the client elsewhere: \(status.text)"
    case .refused(let status):
      "the server does not open a WebSocket here: \(status.text) (RFC 6455, 4.1)"
    case .switchedByOldHTTP: "the server switched protocols in HTTP/1.0 (RFC 9110, 15.2)"
    case .notUpgraded:
      "the server did not switch to WebSocket: no Upgrade: websocket \(Self.opening)"
    case .connectionNotUpgraded:
      "the server did not switch to WebSocket: no Connection: Upgrade \(Self.opening)"
    case .wrongAccept: "the server's Sec-WebSocket-Accept is not the key's \(Self.opening)"
    case .repeatedField(let name): "the server sent \(name) twice (RFC 6455, 11.3)"
    case .extensionNotOffered: "the server uses an extension that was not offered \(Self.opening)"
    case .wrongSubprotocol(.some(let name)):
      "the server speaks '\(name)' over WebSocket in place of mqtt [MQTT-6.0.0-4]"
    case .wrongSubprotocol(nil): "the server does not say that it speaks mqtt [MQTT-6.0.0-4]"

    case .reservedBits: "a frame has a reserved bit set (RFC 6455, 5.2)"
    case .reservedOpcode(let opcode): "a frame has the reserved opcode \(opcode) (RFC 6455, 5.2)"
    case .maskedFrame: "the server masked a frame (RFC 6455, 5.1)"
    case .lengthNotShortest: "a frame's length is not in its shortest form (RFC 6455, 5.2)"
    case .lengthTooHigh: "a frame's length has its highest bit set (RFC 6455, 5.2)"
    case .frameTooLong(let limit): "a frame has more than \(limit) bytes"
    case .messageTooLong(let limit): "a message has more than \(limit) bytes"
    case .fragmentedControlFrame: "a control frame is fragmented (RFC 6455, 5.5)"
    case .controlFrameTooLong: "a control frame has more than 125 bytes (RFC 6455, 5.5)"
    case .textFrame: "the server sent text in place of binary [MQTT-6.0.0-1]"
    case .nothingToContinue: "a fragment continues no message (RFC 6455, 5.4)"
    case .messageInsideMessage: "a message begins inside another (RFC 6455, 5.4)"

    case .closedByServer(let code, let reason): Self.closeText(code, reason)
    case .closeCodeCutOff: "the server closed with half a code (RFC 6455, 5.5.1)"
    case .illegalCloseCode(let code):
      "the server closed with code \(code), which no frame may have (RFC 6455, 7.4)"
    case .closeReasonNotUTF8: "the server closed with a reason that is not UTF-8 (RFC 6455, 5.5.1)"
    case .endedDuringHandshake:
      "the server closed the connection before it opened a WebSocket \(Self.opening)"
    case .endedWithoutClose(insideMessage: true):
      "the connection ended in the middle of a message (RFC 6455, 7.1.5)"
    case .endedWithoutClose(insideMessage: false):
      "the connection ended without a closing frame (RFC 6455, 7.1.5)"
    }
  }

  private static let opening = "(RFC 6455, 4.1)"

  private static func closeText(_ code: WebSocketCloseCode?, _ reason: String) -> String {
    let what = "the server closed the WebSocket"
    guard let code else { return what }
    return reason.utf8.isEmpty ? "\(what): \(code.text)" : "\(what): \(code.text): \(reason)"
  }
}
