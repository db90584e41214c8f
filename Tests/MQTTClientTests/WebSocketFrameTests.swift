import Testing

@testable import MQTTClient

/// Frames (RFC 6455, 5).
@Suite struct WebSocketFrameTests {
  private static let hello = Array("Hello".utf8)

  /// RFC 6455, 5.7.
  @Test func `a client's frames are those of RFC 6455`() {
    var output: [UInt8] = []
    FrameHeader.append(.text, Self.hello.span, mask: WebSocketFixture.mask, to: &output)
    #expect(
      output == [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58])
    output = [0xFF]
    FrameHeader.append(.pong, Self.hello.span, mask: WebSocketFixture.mask, to: &output)
    #expect(
      output == [0xFF, 0x8A, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58])
  }

  /// RFC 6455, 5.2: the shortest of the three forms of a length, on both sides of their limits.
  @Test(
    arguments: [
      (1, [0x82, 0x81]), (125, [0x82, 0xFD]), (126, [0x82, 0xFE, 0x00, 0x7E]),
      (256, [0x82, 0xFE, 0x01, 0x00]), (65_535, [0x82, 0xFE, 0xFF, 0xFF]),
      (65_536, [0x82, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0]),
    ] as [(Int, [UInt8])])
  func `what is sent is one masked binary frame`(count: Int, header: [UInt8]) throws {
    var socket = try WebSocketFixture.open()
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try socket.send(bytes)
    let mask: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]
    let masked = bytes.enumerated().map { $1 ^ mask[$0 % 4] }
    // Not compared in `#expect`, which would look for the differences for minutes.
    let isSame = socket.takeOutput() == header + mask + masked
    #expect(isSame)
  }

  @Test func `every frame has a mask of its own, and no bytes are no frame`() throws {
    var socket = try WebSocketFixture.open(masks: [0x0000_0000, 0x0102_0304, 0xFF00_0000])
    try socket.send([0x10, 0x20])
    try socket.send([])
    try socket.send([0x10, 0x20])
    try socket.receive([0x89, 0x01, 0x55])
    #expect(
      socket.takeOutput() == [
        0x82, 0x82, 0, 0, 0, 0, 0x10, 0x20,
        0x82, 0x82, 1, 2, 3, 4, 0x11, 0x22,
        0x8A, 0x81, 0xFF, 0, 0, 0, 0xAA,
      ])
  }

  /// A server's frames, and the payload that they carry.
  private static let good: [(name: String, frames: [UInt8], payload: [UInt8])] = [
    ("RFC 6455, 5.7, but binary", [0x82, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F], hello),
    ("fragments, 5.7", [0x02, 0x03, 0x48, 0x65, 0x6C, 0x80, 0x02, 0x6C, 0x6F], hello),
    ("empty", [0x82, 0x00], []),
    ("empty fragments", [0x02, 0x00, 0x00, 0x00, 0x00, 0x01, 0x48, 0x80, 0x00], [0x48]),
    ("two messages", [0x82, 0x01, 0x48, 0x82, 0x01, 0x65], [0x48, 0x65]),
    (
      "a pong between fragments", [0x02, 0x01, 0x48, 0x8A, 0x02, 0x01, 0x02, 0x80, 0x01, 0x65],
      [0x48, 0x65]
    ),
    (
      "16 bits of length", [0x82, 0x7E, 0x00, 0x7E] + Array(repeating: 0x20, count: 126),
      Array(repeating: 0x20, count: 126)
    ),
    (
      "256 bytes, 5.7", [0x82, 0x7E, 0x01, 0x00] + Array(repeating: 0x20, count: 256),
      Array(repeating: 0x20, count: 256)
    ),
  ]

  @Test(arguments: good.indices)
  func `payload comes out as it came, however it is split`(index: Int) throws {
    let (name, frames, payload) = Self.good[index]
    let socket = try WebSocketFixture.open()
    for chunks in frames.splits {
      let outcome = WebSocketOutcome(chunks, to: socket)
      #expect(outcome.payload == payload && outcome.error == nil && outcome.isOpen, "\(name)")
      #expect(outcome.output.isEmpty)
    }
  }

  @Test(arguments: good.indices)
  func `a message that is cut off is told, and what came of it is there`(index: Int) throws {
    let (_, frames, payload) = Self.good[index]
    for count in frames.indices {
      var socket = try WebSocketFixture.open()
      try socket.receive(Array(frames[..<count]))
      #expect(payload.starts(with: socket.read()))
      let isBetween = count == 0 || Self.ends(of: frames).contains(count)
      #expect(throws: WebSocketError.endedWithoutClose(insideMessage: !isBetween)) {
        try socket.receiveEnd()
      }
      #expect(!socket.hasOutput && !socket.isOpen)
    }
  }

  /// Where messages end in `good`; only two of them have an end before the last byte.
  private static func ends(of frames: [UInt8]) -> [Int] {
    frames == [0x82, 0x01, 0x48, 0x82, 0x01, 0x65] ? [3] : []
  }

  @Test func `64 KiB come out as they came, without waiting for the end`() throws {
    // RFC 6455, 5.7.
    let header: [UInt8] = [0x82, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0]
    let payload = (0..<65_536).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    var socket = try WebSocketFixture.open()
    try socket.receive(header)
    #expect(socket.read().isEmpty)
    for start in stride(from: 0, to: payload.count, by: 4_096) {
      let part = Array(payload[start..<start + 4_096])
      try socket.receive(part)
      let isSame = socket.read() == part
      #expect(isSame)
    }
    try socket.receive([0x82, 0x01, 0x48])
    #expect(socket.read() == [0x48])
  }

  @Test func `a claimed length allocates nothing`() throws {
    var options = WebSocketFixture.options
    options.frameSizeMax = .max
    options.messageSizeMax = .max
    var socket = try WebSocketFixture.open(options)
    try socket.receive([0x82, 0x7F, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x48])
    #expect(socket.read() == [0x48])
    #expect(socket.isOpen)
  }

  /// 0x03, 0xEA is 1002, 0x03, 0xEB is 1003, 0x03, 0xEF is 1007, 0x03, 0xF1 is 1009.
  @Test(
    arguments: [
      ([0xC2], .reservedBits, 1002), ([0xA2], .reservedBits, 1002), ([0x92], .reservedBits, 1002),
      ([0xF9], .reservedBits, 1002),
      ([0x83], .reservedOpcode(3), 1002), ([0x87], .reservedOpcode(7), 1002),
      ([0x8B], .reservedOpcode(11), 1002), ([0x0F], .reservedOpcode(15), 1002),
      ([0x81], .textFrame, 1003), ([0x01], .textFrame, 1003),
      ([0x82, 0x81], .maskedFrame, 1002), ([0x82, 0x80], .maskedFrame, 1002),
      ([0x89, 0xFF], .maskedFrame, 1002),
      ([0x82, 0x7E, 0x00, 0x7D], .lengthNotShortest, 1002),
      ([0x82, 0x7E, 0x00, 0x00], .lengthNotShortest, 1002),
      ([0x82, 0x7F, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], .lengthNotShortest, 1002),
      ([0x82, 0x7F, 0x80], .lengthTooHigh, 1002),
      ([0x09], .fragmentedControlFrame, 1002), ([0x08], .fragmentedControlFrame, 1002),
      ([0x0A], .fragmentedControlFrame, 1002),
      ([0x89, 0x7E], .controlFrameTooLong, 1002), ([0x8A, 0x7F], .controlFrameTooLong, 1002),
      ([0x88, 0x7E], .controlFrameTooLong, 1002),
      ([0x80, 0x00], .nothingToContinue, 1002), ([0x00, 0x01], .nothingToContinue, 1002),
      ([0x82, 0x00, 0x80, 0x00], .nothingToContinue, 1002),
      ([0x02, 0x00, 0x82, 0x00], .messageInsideMessage, 1002),
      ([0x02, 0x00, 0x02, 0x00], .messageInsideMessage, 1002),
      ([0x88, 0x01, 0x03], .closeCodeCutOff, 1002),
      ([0x88, 0x02, 0x03, 0xEC], .illegalCloseCode(1004), 1002),
      ([0x88, 0x03, 0x03, 0xE8, 0xFF], .closeReasonNotUTF8, 1007),
      ([0x88, 0x04, 0x03, 0xE8, 0xC3, 0x28], .closeReasonNotUTF8, 1007),
      ([0x88, 0x05, 0x03, 0xE8, 0xED, 0xA0, 0x80], .closeReasonNotUTF8, 1007),
    ] as [([UInt8], WebSocketError, UInt16)])
  func `a frame that breaks a rule ends it at once, with its code`(
    frames: [UInt8], error: WebSocketError, code: UInt16
  ) throws {
    let socket = try WebSocketFixture.open(masks: [0])
    // A message before it comes out, and what is behind it does not.
    let stream = [0x82, 0x01, 0x48] + frames
    for chunks in (stream + [0x82, 0x01, 0x65]).splits {
      let outcome = WebSocketOutcome(chunks, to: socket)
      #expect(outcome.error == error)
      #expect(outcome.payload == [0x48])
      #expect(
        outcome.output == [0x88, 0x82, 0, 0, 0, 0, UInt8(code >> 8), UInt8(code & 0xFF)])
      #expect(!outcome.isOpen && !outcome.isClosed)
    }
    for count in stream.indices {
      #expect(WebSocketOutcome([Array(stream[..<count])], to: socket).error == nil)
    }
    #expect(!error.text.isEmpty)

    var failed = socket
    #expect(throws: error) { try failed.receive(stream) }
    #expect(throws: error) { try failed.send([1]) }
    #expect(throws: error) { try failed.receiveEnd() }
    #expect(!failed.canSend)
  }

  @Test func `frames and messages have a largest size`() throws {
    var options = WebSocketFixture.options
    options.frameSizeMax = 130
    options.messageSizeMax = 200
    let socket = try WebSocketFixture.open(options, masks: [0])
    let full: [UInt8] = [0x02, 0x7E, 0x00, 130] + Array(repeating: 1, count: 130)
    let rest: [UInt8] = [0x80, 70] + Array(repeating: 2, count: 70)
    let both = WebSocketOutcome([full + rest + full + rest], to: socket)
    #expect(both.error == nil && both.payload.count == 400)

    let frame = WebSocketOutcome([[0x82, 0x7E, 0x00, 131]], to: socket)
    #expect(frame.error == .frameTooLong(limit: 130))
    #expect(frame.output == [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xF1])
    let message = WebSocketOutcome([full + [0x00, 71]], to: socket)
    #expect(message.error == .messageTooLong(limit: 200))
    #expect(message.output == [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xF1])
    // Control frames are not the message's.
    let ping = WebSocketOutcome([full + [0x8A, 125] + Array(repeating: 3, count: 125)], to: socket)
    #expect(ping.error == nil)
  }

  @Test func `the usual limits let the largest packet of MQTT through, and no more`() throws {
    let socket = try WebSocketFixture.open(masks: [0])
    // 268,435,460 is 0x1000_0004.
    let largest: [UInt8] = [0x82, 0x7F, 0, 0, 0, 0, 0x10, 0, 0, 0x04]
    #expect(WebSocketOutcome([largest], to: socket).error == nil)
    let larger: [UInt8] = [0x82, 0x7F, 0, 0, 0, 0, 0x10, 0, 0, 0x05]
    #expect(WebSocketOutcome([larger], to: socket).error == .frameTooLong(limit: 268_435_460))
  }

  @Test func `a ping is answered with its bytes, between fragments too`() throws {
    var socket = try WebSocketFixture.open()
    try socket.receive([0x02, 0x01, 0x48, 0x89, 0x05] + Self.hello)
    #expect(socket.hasOutput)
    // RFC 6455, 5.7.
    #expect(
      socket.takeOutput() == [0x8A, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58])
    #expect(!socket.hasOutput)
    try socket.receive([0x80, 0x01, 0x69])
    #expect(socket.read() == Array("Hi".utf8))
  }

  @Test(arguments: [0, 125])
  func `a ping may have no bytes, and at most 125`(count: Int) throws {
    var socket = try WebSocketFixture.open(masks: [0])
    let bytes = Array(repeating: 0x33 as UInt8, count: count)
    try socket.receive([0x89, UInt8(count)] + bytes)
    #expect(socket.takeOutput() == [0x8A, 0x80 | UInt8(count), 0, 0, 0, 0] + bytes)
  }

  @Test func `of many pings only the last is answered`() throws {
    var socket = try WebSocketFixture.open(masks: [0])
    for count in 0..<10_000 { try socket.receive([0x89, 0x01, UInt8(count & 0xFF)]) }
    #expect(socket.takeOutput() == [0x8A, 0x81, 0, 0, 0, 0, 0x0F])
  }

  @Test func `output and input are bounded, and refusing changes nothing`() throws {
    var options = WebSocketFixture.options
    options.outputMax = 10
    options.inputMax = 3
    var socket = try WebSocketFixture.open(options, masks: [0])
    try socket.send([1])
    #expect(socket.canSend)
    try socket.send([2])
    #expect(!socket.canSend)
    #expect(throws: WebSocketError.outputFull) { try socket.send([3]) }
    #expect(
      socket.takeOutput() == [0x82, 0x81, 0, 0, 0, 0, 1, 0x82, 0x81, 0, 0, 0, 0, 2])
    #expect(socket.canSend)

    try socket.receive([0x82, 0x02, 1, 2])
    try socket.receive([0x82, 0x02, 3, 4])
    #expect(throws: WebSocketError.inputFull) { try socket.receive([0x82, 0x01, 5]) }
    #expect(socket.isOpen)
    #expect(socket.read() == [1, 2, 3, 4])
    try socket.receive([0x82, 0x01, 5])
    #expect(socket.read() == [5])
  }
}
