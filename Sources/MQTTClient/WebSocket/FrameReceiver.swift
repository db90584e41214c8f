/// Reads a server's frames, hands payload on as it comes, and tells of control frames
/// (RFC 6455, 5.4 and 5.5).
///
/// It holds a header or a control frame, less than 140 bytes; never a frame of data.
struct FrameReceiver: Sendable {
  /// A control frame that wants an answer.
  enum Event: Equatable {
    /// To be answered with the same bytes.
    case ping([UInt8])
    /// The last frame, with its code and its reason where it has them.
    case close(WebSocketCloseCode?, reason: String)
  }

  private let frameSizeMax: Int
  private let messageSizeMax: Int
  private var headerReader = FrameHeaderReader()
  /// The frame whose payload is being read; nil between two.
  private var frame: FrameHeader?
  /// How much of its payload is still to come.
  private var missing = 0
  private var control: [UInt8] = []
  /// Whether a message has begun whose last fragment has not come.
  private var isInsideFragments = false
  private var messageSize = 0

  /// Reads from the first frame on.
  init(frameSizeMax: Int, messageSizeMax: Int) {
    self.frameSizeMax = max(frameSizeMax, 0)
    self.messageSizeMax = max(messageSizeMax, 0)
  }

  /// Whether the stream stands within a frame or between the fragments of a message.
  var isInsideMessage: Bool { headerReader.isInside || frame != nil || isInsideFragments }

  /// Reads from `position` up to the end, or to the end of a control frame that wants an answer.
  /// - Parameter payload: payload of data is appended to it.
  mutating func receive(
    _ bytes: Span<UInt8>, from position: inout Int, payload: inout [UInt8]
  ) throws(WebSocketError) -> Event? {
    while position < bytes.count {
      if let frame {
        let count = min(missing, bytes.count - position)
        let part = bytes.extracting(position..<position + count)
        if frame.opcode.isControl {
          part.withUnsafeBufferPointer { control.append(contentsOf: $0) }
        } else {
          part.withUnsafeBufferPointer { payload.append(contentsOf: $0) }
        }
        position += count
        missing -= count
      } else {
        let header = try headerReader.push(bytes[position], sizeMax: frameSizeMax)
        position += 1
        guard let header else { continue }
        try begin(header)
      }
      if missing == 0, let event = try endFrame() { return event }
    }
    return nil
  }

  private mutating func begin(_ header: FrameHeader) throws(WebSocketError) {
    switch header.opcode {
    case .binary, .text:
      if isInsideFragments { throw .messageInsideMessage }
      messageSize = 0
    case .continuation:
      guard isInsideFragments else { throw .nothingToContinue }
    case .close, .ping, .pong: break
    }
    if !header.opcode.isControl {
      // No overflow: both are at most the largest Int.
      guard header.length <= messageSizeMax - messageSize else {
        throw .messageTooLong(limit: messageSizeMax)
      }
      messageSize += header.length
      isInsideFragments = !header.isFinal
    }
    frame = header
    missing = header.length
  }

  private mutating func endFrame() throws(WebSocketError) -> Event? {
    guard let opcode = frame?.opcode else { return nil }
    frame = nil
    defer { control.removeAll(keepingCapacity: true) }
    switch opcode {
    case .binary, .text, .continuation: return nil
    // Nobody asked for it, and it wants no answer (5.5.3).
    case .pong: return nil
    case .ping: return .ping(control)
    case .close: return try readClose()
    }
  }

  /// Nothing, or a code of two bytes and a reason (5.5.1).
  private func readClose() throws(WebSocketError) -> Event {
    if control.isEmpty { return .close(nil, reason: "") }
    guard control.count >= 2 else { throw .closeCodeCutOff }
    let code = WebSocketCloseCode(rawValue: UInt16(control[0]) << 8 | UInt16(control[1]))
    guard code.isLegal else { throw .illegalCloseCode(code.rawValue) }
    guard let reason = String(validating: control[2...], as: UTF8.self) else {
      throw .closeReasonNotUTF8
    }
    return .close(code, reason: reason)
  }
}
