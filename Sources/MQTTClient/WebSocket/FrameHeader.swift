/// The beginning of a frame (RFC 6455, 5.2).
struct FrameHeader: Equatable {
  /// What a frame is.
  enum Opcode: UInt8 {
    case continuation = 0
    case text = 1
    case binary = 2
    case close = 8
    case ping = 9
    case pong = 10

    /// Close, ping and pong, which may stand between the fragments of a message (5.5).
    var isControl: Bool { rawValue & 8 != 0 }
  }

  let isFinal: Bool
  let opcode: Opcode
  let length: Int

  /// A length that the header itself can hold; all that a control frame may have (5.5).
  static let shortLengthMax = 125

  /// Appends a whole frame of a client, masked (5.3).
  /// - Parameter mask: a new one for every frame, that nobody can foresee.
  static func append(
    _ opcode: Opcode, _ payload: Span<UInt8>, mask: UInt32, to output: inout [UInt8]
  ) {
    output.append(0x80 | opcode.rawValue)
    switch payload.count {
    case ...shortLengthMax: output.append(0x80 | UInt8(payload.count))
    case ...0xFFFF:
      output.append(0x80 | 126)
      appendBigEndian(UInt64(payload.count), size: 2, to: &output)
    default:
      output.append(0x80 | 127)
      appendBigEndian(UInt64(payload.count), size: 8, to: &output)
    }
    appendBigEndian(UInt64(mask), size: 4, to: &output)
    let start = output.count
    payload.withUnsafeBufferPointer { output.append(contentsOf: $0) }
    output.withUnsafeMutableBufferPointer { bytes in
      for index in 0..<bytes.count - start {
        // The highest byte of the mask is the first on the wire, for the bytes 0, 4, 8, ...
        let shift = 24 - 8 * UInt32(index & 3)
        bytes[start + index] ^= UInt8(truncatingIfNeeded: mask >> shift)
      }
    }
  }

  private static func appendBigEndian(_ value: UInt64, size: Int, to output: inout [UInt8]) {
    for index in (0..<size).reversed() {
      output.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * index)))
    }
  }
}

/// Reads headers of a server's frames, a byte at a time (RFC 6455, 5.2).
struct FrameHeaderReader: Sendable {
  private var first: UInt8 = 0
  /// The second byte's seven bits of length; nil before it.
  private var shortLength: UInt8?
  private var length: UInt64 = 0
  /// How many bytes of a longer length are still to come.
  private var missing = 0

  /// Whether a header has begun.
  private(set) var isInside = false

  /// Takes one byte.
  /// - Parameter sizeMax: the longest payload that is let in.
  /// - Returns: the header that it ends; nil inside a header.
  mutating func push(_ byte: UInt8, sizeMax: Int) throws(WebSocketError) -> FrameHeader? {
    if !isInside {
      try check(first: byte)
      first = byte
      isInside = true
      return nil
    }
    guard let shortLength else { return try readSecond(byte, sizeMax: sizeMax) }
    // The highest bit of the eight bytes (5.2).
    if shortLength == 127 && missing == 8 && byte & 0x80 != 0 { throw .lengthTooHigh }
    length = length << 8 | UInt64(byte)
    missing -= 1
    guard missing == 0 else { return nil }
    guard length > (shortLength == 126 ? UInt64(FrameHeader.shortLengthMax) : 0xFFFF) else {
      throw .lengthNotShortest
    }
    return try header(sizeMax: sizeMax)
  }

  private func check(first byte: UInt8) throws(WebSocketError) {
    guard byte & 0x70 == 0 else { throw .reservedBits }
    guard let opcode = FrameHeader.Opcode(rawValue: byte & 0x0F) else {
      throw .reservedOpcode(byte & 0x0F)
    }
    if opcode == .text { throw .textFrame }
    if opcode.isControl && byte & 0x80 == 0 { throw .fragmentedControlFrame }
  }

  private mutating func readSecond(
    _ byte: UInt8, sizeMax: Int
  ) throws(WebSocketError) -> FrameHeader? {
    guard byte & 0x80 == 0 else { throw .maskedFrame }
    if byte > FrameHeader.shortLengthMax {
      // The bit that control frames have in their opcode (5.2).
      if first & 8 != 0 { throw .controlFrameTooLong }
      shortLength = byte
      missing = byte == 126 ? 2 : 8
      return nil
    }
    length = UInt64(byte)
    return try header(sizeMax: sizeMax)
  }

  private mutating func header(sizeMax: Int) throws(WebSocketError) -> FrameHeader {
    guard let opcode = FrameHeader.Opcode(rawValue: first & 0x0F) else {
      throw .reservedOpcode(first & 0x0F)
    }
    guard opcode.isControl || length <= UInt64(sizeMax) else {
      throw .frameTooLong(limit: sizeMax)
    }
    let header = FrameHeader(isFinal: first & 0x80 != 0, opcode: opcode, length: Int(length))
    self = FrameHeaderReader()
    return header
  }
}
