internal import System

/// A client's side of a WebSocket that carries MQTT, without the connection: bytes go in, bytes and
/// payload come out (RFC 6455; MQTT 5.0, 6; MQTT 3.1.1, 6).
///
/// ```swift
/// var random = Random()
/// var socket = try WebSocket(
///   options: WebSocketOptions(endpoint: Endpoint(host: "broker.example.org", port: 8080)),
///   nonce: (random.next(), random.next()), masks: random)
/// write(socket.takeOutput())                  // GET /mqtt …
/// try socket.receive(received.span)           // 101 Switching Protocols
/// if socket.isOpen { try socket.send(session.takeOutput().span) }
/// write(socket.takeOutput())
/// try session.receive(socket.read().span, now: now)
/// ```
/// To MQTT it is a stream of bytes: a packet may be in several messages, and several in one
/// [MQTT-6.0.0-2]. Payload is handed on as it comes.
///
/// Call `takeOutput` and `read` after every `receive`, also after one that threw: what came before
/// the failure can be read, and the server is told of it with the last frame. The caller keeps the
/// time, for the handshake and for the end.
public struct WebSocket<Masks: RandomNumberGenerator & Sendable>: Sendable {
  private enum State {
    case opening, open
    /// We have sent the last frame, the server has not.
    case closing
    case closed
    case failed(WebSocketError)
  }

  private let options: WebSocketOptions
  private var masks: Masks
  private var state = State.opening
  private var handshake: OpeningHandshake
  private var frames: FrameReceiver
  private var input: [UInt8] = []
  private var output: [UInt8]
  /// What the last ping asked for. Only the last is answered (RFC 6455, 5.5.3), so that a flood of
  /// them cannot fill the output.
  private var pong: [UInt8]?

  /// Begins with the request in the output.
  /// - Parameters:
  ///   - nonce: 16 random bytes, new for each connection (RFC 6455, 4.1).
  ///   - masks: where the masks come from, a new one for each frame: nobody may foresee them
  ///     (RFC 6455, 5.3).
  /// - Throws: `.hostNotLegal`, `.pathNotLegal`, `.headerNotLegal`, `.requestTooLong`.
  public init(
    options: WebSocketOptions, nonce: (UInt64, UInt64), masks: Masks
  ) throws(WebSocketError) {
    let bytes = [nonce.0, nonce.1].flatMap { half in
      (0..<8).map { UInt8(truncatingIfNeeded: half >> UInt64(56 - 8 * $0)) }
    }
    let key = Base64.encode(bytes)
    self.options = options
    self.masks = masks
    handshake = OpeningHandshake(key: key)
    frames = FrameReceiver(
      frameSizeMax: options.frameSizeMax, messageSizeMax: options.messageSizeMax)
    output = try OpeningRequest.bytes(options, key: key)
  }

  /// Whether the server has opened it, and nobody has closed it.
  public var isOpen: Bool {
    if case .open = state { true } else { false }
  }

  /// Whether it has ended in good order, begun by `close`: the connection can be closed.
  public var isClosed: Bool {
    if case .closed = state { true } else { false }
  }

  /// Whether `send` takes bytes now.
  public var canSend: Bool { isOpen && output.count < options.outputMax }

  /// Whether there are bytes to take with `takeOutput`.
  public var hasOutput: Bool { !output.isEmpty || pong != nil }

  /// Takes bytes from the server, in the order in which they came.
  ///
  /// Behind the server's last frame, whatever comes is ignored (RFC 6455, 1.4).
  /// - Throws: `.inputFull`, and nothing was taken; why it has ended, from then on always.
  public mutating func receive(_ bytes: Span<UInt8>) throws(WebSocketError) {
    if case .failed(let error) = state { throw error }
    guard input.count < options.inputMax else { throw .inputFull }
    var position = 0
    do {
      while position < bytes.count {
        switch state {
        case .opening:
          if try handshake.push(bytes[position]) { state = .open }
          position += 1
        case .open, .closing:
          let event = try frames.receive(bytes, from: &position, payload: &input)
          if let event { try answer(event) }
        case .closed, .failed: return
        }
      }
    } catch {
      throw fail(error)
    }
  }

  /// The server has closed the connection.
  /// - Throws: `.endedDuringHandshake`, `.endedWithoutClose`, or what was thrown before. Nothing
  ///   where it has been closed in good order.
  public mutating func receiveEnd() throws(WebSocketError) {
    switch state {
    case .opening: throw fail(.endedDuringHandshake)
    case .open, .closing:
      state = .failed(.endedWithoutClose(insideMessage: frames.isInsideMessage))
      output = []
      pong = nil
      throw .endedWithoutClose(insideMessage: frames.isInsideMessage)
    case .closed: return
    case .failed(let error): throw error
    }
  }

  /// The payload that has come, in order; it is the caller's from then on.
  public mutating func read() -> [UInt8] {
    var taken: [UInt8] = []
    swap(&taken, &input)
    return taken
  }

  /// Puts `bytes` into the output as one binary message [MQTT-6.0.0-1]; no bytes, no message.
  /// - Throws: `.notOpen`, `.outputFull`, and nothing was taken; or why it has ended before.
  public mutating func send(_ bytes: Span<UInt8>) throws(WebSocketError) {
    if case .failed(let error) = state { throw error }
    guard isOpen else { throw .notOpen }
    guard output.count < options.outputMax else { throw .outputFull }
    if bytes.isEmpty { return }
    append(.binary, bytes)
  }

  /// The bytes to send, in order; they are the caller's from then on.
  public mutating func takeOutput() -> [UInt8] {
    if let pong {
      append(.pong, pong.span)
      self.pong = nil
    }
    var taken: [UInt8] = []
    swap(&taken, &output)
    return taken
  }

  /// Begins the end: puts the last frame into the output. Then send the output and `receive` until
  /// `isClosed`; what the server still sends can be read meanwhile. Before the server has opened
  /// the WebSocket there is nobody to tell, and it is closed at once. A second call does nothing.
  /// - Parameter code: one that a frame may carry.
  public mutating func close(_ code: WebSocketCloseCode = .normal) {
    precondition(code.isLegal, "no frame may carry this code (RFC 6455, 7.4)")
    switch state {
    case .opening:
      output = []
      state = .closed
    case .open:
      appendClose(code)
      state = .closing
    case .closing, .closed, .failed: break
    }
  }
}

extension WebSocket {
  private mutating func answer(_ event: FrameReceiver.Event) throws(WebSocketError) {
    switch (event, state) {
    case (.ping(let data), _): pong = data
    case (.close, .closing):
      pong = nil
      state = .closed
    case (.close(let code, let reason), _): throw .closedByServer(code, reason: reason)
    }
  }

  /// Ends it. What was to be sent before stays, and the last frame comes behind it, unless it was
  /// there already (RFC 6455, 7.1.7); a server that has closed is answered with its own code
  /// (5.5.1). In a handshake nothing more is sent.
  private mutating func fail(_ error: WebSocketError) -> WebSocketError {
    pong = nil
    switch (state, error) {
    case (.open, .closedByServer(let code, _)): appendClose(code)
    case (.open, _): appendClose(error.closeCode)
    case (.closing, _): break
    case (.opening, _), (.closed, _), (.failed, _): output = []
    }
    state = .failed(error)
    return error
  }

  private mutating func appendClose(_ code: WebSocketCloseCode?) {
    let payload = code.map { [UInt8($0.rawValue >> 8), UInt8($0.rawValue & 0xFF)] } ?? []
    append(.close, payload.span)
  }

  private mutating func append(_ opcode: FrameHeader.Opcode, _ payload: Span<UInt8>) {
    let mask = UInt32(truncatingIfNeeded: masks.next())
    FrameHeader.append(opcode, payload, mask: mask, to: &output)
  }
}
