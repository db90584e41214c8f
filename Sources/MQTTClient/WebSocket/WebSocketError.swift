/// Why a WebSocket cannot be opened or cannot go on, or why bytes are not taken.
///
/// After `notOpen`, `outputFull` and `inputFull` it is as it was before the call. All others end it.
public enum WebSocketError: Error, Equatable, Sendable {
  // The options make no request.

  /// The host is empty, too long, or holds what no name and no address has.
  case hostNotLegal
  /// The path does not begin with a slash, or holds what is to be escaped (RFC 3986, 3.3).
  case pathNotLegal
  /// The field's name or value would break the request, or belongs to the handshake.
  case headerNotLegal(name: String)
  /// The request is longer than servers take.
  case requestTooLong(limit: Int)

  // Bytes are not taken.

  /// The server has not opened it yet, or it is closed.
  case notOpen
  /// As many bytes wait to be sent as may; take the output and send it.
  case outputFull
  /// As many bytes wait to be read as may; read them.
  case inputFull

  // The opening handshake (RFC 6455, 4.1).

  /// The answer is no HTTP.
  case malformedResponse(HTTPResponseError)
  /// The server asks for credentials, or does not take these (401).
  case unauthorized(HTTPStatus)
  /// A proxy on the way asks for credentials (407).
  case proxyAuthenticationRequired(HTTPStatus)
  /// The server sends the client elsewhere (3xx); no client has to follow.
  case redirected(HTTPStatus, location: String?)
  /// Any other status than 101.
  case refused(HTTPStatus)
  /// 101 from HTTP/1.0, which has none (RFC 9110, 15.2).
  case switchedByOldHTTP
  /// No Upgrade field that says websocket, and nothing else.
  case notUpgraded
  /// No Connection field that says upgrade.
  case connectionNotUpgraded
  /// No Sec-WebSocket-Accept, or not the one that belongs to the key.
  case wrongAccept
  /// A field that may be there once is there twice (RFC 6455, 11.3).
  case repeatedField(name: String)
  /// An extension, and none was offered.
  case extensionNotOffered
  /// The subprotocol is not mqtt, or there is none [MQTT-6.0.0-4].
  case wrongSubprotocol(String?)

  // Frames (RFC 6455, 5).

  /// A reserved bit is set, and no extension gives it a meaning.
  case reservedBits
  /// A frame of a kind that there is not.
  case reservedOpcode(UInt8)
  /// The server masked a frame.
  case maskedFrame
  /// A length is not written in the shortest form.
  case lengthNotShortest
  /// A length of 64 bits has its highest bit set.
  case lengthTooHigh
  /// A frame has more payload than the limit.
  case frameTooLong(limit: Int)
  /// A message has more payload than the limit.
  case messageTooLong(limit: Int)
  /// A control frame is cut into fragments.
  case fragmentedControlFrame
  /// A control frame has more than 125 bytes.
  case controlFrameTooLong
  /// A text where MQTT allows only binary [MQTT-6.0.0-1].
  case textFrame
  /// A fragment that continues nothing.
  case nothingToContinue
  /// A new message before the last fragment of the one before it.
  case messageInsideMessage

  // The end (RFC 6455, 5.5.1 and 7).

  /// The server closed it, with a code and a reason where it gave them.
  case closedByServer(WebSocketCloseCode?, reason: String)
  /// The server's last frame has one byte, half a code.
  case closeCodeCutOff
  /// The server's last frame has a code that no frame may carry.
  case illegalCloseCode(UInt16)
  /// The server's last reason is not UTF-8.
  case closeReasonNotUTF8
  /// The connection ended before the handshake did.
  case endedDuringHandshake
  /// The connection ended without a closing frame, within a message or between two.
  case endedWithoutClose(insideMessage: Bool)

  /// The code that the server is told with the last frame; nil where it is told nothing.
  var closeCode: WebSocketCloseCode? {
    switch self {
    case .reservedBits, .reservedOpcode, .maskedFrame, .lengthNotShortest, .lengthTooHigh,
      .fragmentedControlFrame, .controlFrameTooLong, .nothingToContinue, .messageInsideMessage,
      .closeCodeCutOff, .illegalCloseCode:
      .protocolError
    case .textFrame: .unsupportedData
    case .closeReasonNotUTF8: .invalidData
    case .frameTooLong, .messageTooLong: .messageTooBig
    case .hostNotLegal, .pathNotLegal, .headerNotLegal, .requestTooLong, .notOpen, .outputFull,
      .inputFull, .malformedResponse, .unauthorized, .proxyAuthenticationRequired, .redirected,
      .refused, .switchedByOldHTTP, .notUpgraded, .connectionNotUpgraded, .wrongAccept,
      .repeatedField, .extensionNotOffered, .wrongSubprotocol, .closedByServer,
      .endedDuringHandshake, .endedWithoutClose:
      nil
    }
  }
}
