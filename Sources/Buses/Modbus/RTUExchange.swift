internal import CModbus
internal import Configuration
internal import Drivers
internal import System

/// Requests and answers in RTU frames over a line that is open, by libmodbus.
///
/// Before a request the line must be silent: for the gap between frames after a good answer, for
/// longer after anything else, and what comes meanwhile is forgotten. A late answer is not taken
/// for another's (see `LateAnswers`).
struct RTUExchange: ~Copyable {
  /// A line that does not fall silent for so long is out of order: a cable is loose, or somebody
  /// talks without pause. The request fails, and the next one tries again.
  static let drainMax: Duration = .milliseconds(500)

  let context: ModbusContext
  private let framing: RTUFraming
  /// Zero where the line's speed is not known.
  private let characterTime: Duration
  /// Set where this program drives RTS.
  private let rts: RTSTiming?
  private var silence: LineSilence
  private var late = LateAnswers()

  /// An exchange over a line that is not open yet.
  /// - Parameters:
  ///   - port: the serial port; nil where the frames go over a socket that the context is given.
  init(_ port: SerialPort?, _ framing: RTUFraming) {
    let line = port?.line ?? SerialLine()
    guard
      let pointer = modbus_new_rtu(
        port?.path ?? "socket", Int32(line.baud), line.parity.letter, Int32(line.dataBits),
        Int32(line.stopBits))
    else { preconditionFailure("the C library has no memory") }
    context = ModbusContext(owning: pointer)
    // Zero: the whole answer has to be there within the response timeout, however it trickles.
    modbus_set_byte_timeout(pointer, 0, 0)
    self.framing = framing
    characterTime = port == nil ? .zero : line.characterTime
    rts = if case .rts(let timing) = port?.direction { timing } else { nil }
    silence = LineSilence(gap: framing.gap, now: Clock.sinceBoot)
  }

  /// The line has just been opened; what is under way on it is not ours.
  mutating func opened() {
    silence.disturbed(now: Clock.sinceBoot)
  }

  /// Asks, and waits for the answer.
  /// - Parameter timeout: how long the unit may take to answer; the frames' own time comes on top.
  mutating func read(
    _ request: ModbusRequest, timeout: Duration
  ) throws(BusError) -> [UInt16] {
    try quieten()
    try awaitLateAnswer(before: request)
    let sent = Clock.sinceBoot
    let limit = timeout + characterTime * (request.bytes.count + 2 + request.answerLength)
    var frame = [UInt8](repeating: 0, count: Int(MODBUS_TCP_MAX_ADU_LENGTH))
    do throws(BusError) {
      let words = try exchange(request, into: &frame, until: sent + limit)
      silence.answered(now: Clock.sinceBoot)
      late.answered(request, sent: sent, timeout: limit)
      return words
    } catch {
      if case .exception = error {
        silence.answered(now: Clock.sinceBoot)
        late.answered(request, sent: sent, timeout: limit)
      } else {
        silence.disturbed(now: Clock.sinceBoot)
        if frame[0] != request.unit { late.missed(request, sent: sent, timeout: limit) }
      }
      throw error
    }
  }

  private func exchange(
    _ request: ModbusRequest, into frame: inout [UInt8], until deadline: Duration
  ) throws(BusError) -> [UInt16] {
    let bytes = request.bytes
    guard modbus_set_slave(context.pointer, Int32(request.unit)) == 0 else {
      throw .system(EINVAL)
    }
    try send(bytes)
    if framing.isEchoed { try hearEcho(of: bytes, until: deadline) }
    let (seconds, microseconds) = (deadline - Clock.sinceBoot).forLibModbus
    modbus_set_response_timeout(context.pointer, seconds, microseconds)
    let length = frame.withUnsafeMutableBufferPointer {
      cmodbus_receive_answer(context.pointer, $0.baseAddress)
    }
    // Zero: the frame is in order, and another unit's.
    guard length != 0 else { throw .badResponse }
    guard length > 0 else {
      let error = BusError(errno: -length)
      // No unit is 0, so this is the beginning of a frame of which the rest did not come.
      if error == .timeout && frame[0] != 0 { throw .badResponse }
      throw error
    }
    return try request.values(of: frame[..<Int(length)])
  }

  private func send(_ bytes: [UInt8]) throws(BusError) {
    let descriptor = modbus_get_socket(context.pointer)
    if let rts {
      try RTUExchange.check(cmodbus_set_rts(descriptor, rts.isOnToSend ? 1 : 0))
      Clock.sleep(for: rts.delayBefore)
    }
    let sent = cmodbus_send(context.pointer, bytes, Int32(bytes.count))
    if let rts {
      // Also where the request has not gone out, or nobody else could talk.
      let drained = cmodbus_wait_until_sent(descriptor)
      Clock.sleep(for: rts.delayAfter)
      try RTUExchange.check(cmodbus_set_rts(descriptor, rts.isOnToSend ? 0 : 1))
      try RTUExchange.check(drained)
    }
    try RTUExchange.check(sent)
  }

  /// Takes what was sent off the line again, its check included, whatever that became.
  private func hearEcho(of bytes: [UInt8], until deadline: Duration) throws(BusError) {
    var heard: [UInt8] = []
    while heard.count < bytes.count + 2 {
      var buffer = [UInt8](repeating: 0, count: bytes.count + 2 - heard.count)
      let count = try hear(into: &buffer, for: deadline - Clock.sinceBoot)
      guard count > 0 else { throw heard.isEmpty ? .timeout : .badResponse }
      heard += buffer[..<count]
    }
    guard heard.starts(with: bytes) else { throw .badResponse }
  }

  /// Waits until the line has been silent for long enough.
  private mutating func quieten() throws(BusError) {
    let limit = Clock.sinceBoot + RTUExchange.drainMax
    var buffer = [UInt8](repeating: 0, count: RTUExchange.drainBytes)
    while try hear(into: &buffer, for: silence.remaining(now: Clock.sinceBoot)) > 0 {
      let now = Clock.sinceBoot
      silence.disturbed(now: now)
      if now >= limit { throw .badResponse }
    }
  }

  private mutating func awaitLateAnswer(before request: ModbusRequest) throws(BusError) {
    var buffer = [UInt8](repeating: 0, count: RTUExchange.drainBytes)
    while let until = late.deadline(before: request, now: Clock.sinceBoot) {
      if try hear(into: &buffer, for: until - Clock.sinceBoot) == 0 { continue }
      silence.disturbed(now: Clock.sinceBoot)
      try quieten()
      late.came(before: request)
    }
  }

  /// Waits for bytes; 0 where none came in time.
  private func hear(into buffer: inout [UInt8], for time: Duration) throws(BusError) -> Int {
    let (seconds, attoseconds) = max(time, .zero).components
    let nanoseconds = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    let descriptor = modbus_get_socket(context.pointer)
    let count = buffer.withUnsafeMutableBufferPointer {
      cmodbus_hear(descriptor, nanoseconds, $0.baseAddress, $0.count)
    }
    try RTUExchange.check(count)
    return Int(count)
  }

  private static func check(_ result: Int32) throws(BusError) {
    if result < 0 { throw BusError(errno: -result) }
  }

  /// A frame is 256 bytes at most; a line that talks on is read in pieces of that.
  private static let drainBytes = 256
}

extension SerialLine.Parity {
  /// What modbus_new_rtu(3) calls it.
  var letter: CChar {
    switch self {
    case .none: CChar(UInt8(ascii: "N"))
    case .even: CChar(UInt8(ascii: "E"))
    case .odd: CChar(UInt8(ascii: "O"))
    }
  }
}
