internal import CModbus
internal import Configuration
internal import Drivers
internal import System

/// Requests and answers in RTU frames over a line that is open, by libmodbus.
///
/// Before a request the line must be silent: for the gap between frames after a good answer, for
/// longer after anything else, and what comes meanwhile is forgotten. A late answer is not taken
/// for another's (see `LateAnswers`).
///
/// A read ends within `RTULimits.drainMax` for silence, twice the longest timeout for a late answer
/// and silence after it, and its own timeout.
struct RTUExchange<Wire: RTUWire>: ~Copyable {
  let context: ModbusContext
  private let framing: RTUFraming
  /// Zero where the line's speed is not known.
  private let characterTime: Duration
  /// Set where this program drives RTS.
  private let rts: RTSTiming?
  private var wire: Wire
  private var silence: LineSilence
  private var late = LateAnswers()
  /// The longest time that an answer was waited for: so late may answers be also to requests that
  /// were given less.
  private var limitMax: Duration = .zero

  /// An exchange over a line that is not open yet.
  /// - Parameters:
  ///   - port: the serial port; nil where the frames go over a socket that the context is given.
  ///   - wire: what reads the line.
  init(_ port: SerialPort?, _ framing: RTUFraming, over wire: Wire) {
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
    self.wire = wire
    silence = LineSilence(gap: framing.gap, now: wire.now)
  }

  /// Uses a descriptor that is somebody else's to close; none where it is -1.
  func use(descriptor: Int32) {
    modbus_set_socket(context.pointer, descriptor)
  }

  /// The line has just been opened; what is under way on it is not ours.
  mutating func opened() {
    silence.disturbed(now: wire.now)
  }

  /// Asks, and waits for the answer.
  /// - Parameter timeout: how long the unit may take to answer; the frames' own time comes on top.
  mutating func read(
    _ request: ModbusRequest, timeout: Duration
  ) throws(BusError) -> [UInt16] {
    late.came(try quieten(), before: request)
    try awaitLateAnswer(before: request)
    let sent = wire.now
    let limit = timeout + characterTime * (request.bytes.count + 2 + request.answerLength)
    limitMax = max(limitMax, limit)
    var frame = [UInt8](repeating: 0, count: Int(MODBUS_TCP_MAX_ADU_LENGTH))
    do throws(BusError) {
      let words = try exchange(request, into: &frame, until: sent + limit)
      silence.answered(now: wire.now)
      late.answered(request, sent: sent, timeout: limitMax)
      return words
    } catch {
      // A refusal says nothing of what was asked: it may be the late answer to something else, and
      // that to this is still to come.
      if case .exception = error, !late.hasOther(than: request, now: sent) {
        silence.answered(now: wire.now)
        late.answered(request, sent: sent, timeout: limitMax)
        throw error
      }
      silence.disturbed(now: wire.now)
      if request.isAnswered(by: frame) {
        late.answered(request, sent: sent, timeout: limitMax)
      } else {
        late.missed(request, sent: sent, timeout: limitMax)
      }
      if case .exception = error { throw .badResponse }
      throw error
    }
  }

  /// Asks what libmodbus knows no answer to, and waits for one of any length.
  /// - Parameter body: function code and data.
  /// - Returns: the answer's function code and data.
  mutating func ask(
    _ body: [UInt8], of unit: UInt8, timeout: Duration
  ) throws(BusError) -> [UInt8] {
    _ = try quieten()
    silence.disturbed(now: wire.now)
    guard modbus_set_slave(context.pointer, Int32(unit)) == 0 else { throw .system(EINVAL) }
    let bytes = [unit] + body
    let limit = timeout + characterTime * (bytes.count + 2)
    try send(bytes)
    if framing.isEchoed { try hearEcho(of: bytes, until: wire.now + limit) }
    var frame: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: RTULimits.drainBytes)
    var wait = limit
    while frame.count < RTULimits.drainBytes {
      let count = try hear(into: &buffer, for: wait)
      if count == 0 { break }
      frame += buffer[..<count]
      wait = RTULimits.frameEnd
    }
    guard !frame.isEmpty else { throw .timeout }
    guard frame.count > 3, FrameCheck.isWhole(frame), frame[0] == unit else {
      throw .badResponse
    }
    silence.answered(now: wire.now)
    return Array(frame[1..<frame.count - 2])
  }

  private mutating func exchange(
    _ request: ModbusRequest, into frame: inout [UInt8], until deadline: Duration
  ) throws(BusError) -> [UInt16] {
    let bytes = request.bytes
    guard modbus_set_slave(context.pointer, Int32(request.unit)) == 0 else {
      throw .system(EINVAL)
    }
    try send(bytes)
    if framing.isEchoed { try hearEcho(of: bytes, until: deadline) }
    let length = wire.receive(context.pointer, into: &frame, for: deadline - wire.now)
    // Zero: the frame is in order, and another unit's.
    guard length != 0 else { throw .badResponse }
    guard length > 0 else {
      let error = BusError(errno: -length)
      // No unit is 0, so this is the beginning of a frame of which the rest did not come.
      if error == .timeout && frame[0] != 0 { throw .badResponse }
      throw error
    }
    // Some requests for bits look like an answer: an adapter that hears itself would give values.
    guard !frame.starts(with: bytes) else { throw .badResponse }
    return try request.values(of: frame[..<max(0, Int(length) - 2)])
  }

  private mutating func send(_ bytes: [UInt8]) throws(BusError) {
    let descriptor = modbus_get_socket(context.pointer)
    if let rts {
      try RTULimits.check(cmodbus_set_rts(descriptor, rts.isOnToSend ? 1 : 0))
      wire.pause(for: rts.delayBefore)
    }
    let sent = cmodbus_send(context.pointer, bytes, Int32(bytes.count))
    if let rts {
      // Also where the request has not gone out, or nobody else could talk.
      let drained = cmodbus_wait_until_sent(descriptor)
      wire.pause(for: rts.delayAfter)
      try RTULimits.check(cmodbus_set_rts(descriptor, rts.isOnToSend ? 0 : 1))
      try RTULimits.check(drained)
    }
    try RTULimits.check(sent)
  }

  /// Takes what was sent off the line again, its check included, whatever that became.
  private mutating func hearEcho(of bytes: [UInt8], until deadline: Duration) throws(BusError) {
    var heard: [UInt8] = []
    while heard.count < bytes.count + 2 {
      var buffer = [UInt8](repeating: 0, count: bytes.count + 2 - heard.count)
      let count = try hear(into: &buffer, for: deadline - wire.now)
      guard count > 0 else { throw heard.isEmpty ? .timeout : .badResponse }
      heard += buffer[..<count]
    }
    guard heard.starts(with: bytes) else { throw .badResponse }
  }

  /// Waits until the line has been silent for long enough.
  /// - Returns: what came meanwhile, as much of it as matters.
  private mutating func quieten() throws(BusError) -> [UInt8] {
    let limit = wire.now + RTULimits.drainMax
    var heard: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: RTULimits.drainBytes)
    while true {
      let count = try hear(into: &buffer, for: silence.remaining(now: wire.now))
      if count == 0 { return heard }
      if heard.count < RTULimits.drainBytes { heard += buffer[..<count] }
      let now = wire.now
      silence.disturbed(now: now)
      if now >= limit { throw .badResponse }
    }
  }

  private mutating func awaitLateAnswer(before request: ModbusRequest) throws(BusError) {
    while let until = late.deadline(before: request, now: wire.now) {
      var buffer = [UInt8](repeating: 0, count: RTULimits.drainBytes)
      let count = try hear(into: &buffer, for: until - wire.now)
      if count == 0 { continue }
      silence.disturbed(now: wire.now)
      late.came(Array(buffer[..<count]) + (try quieten()), before: request)
    }
  }

  /// Waits for bytes; 0 where none came in time.
  private mutating func hear(
    into buffer: inout [UInt8], for time: Duration
  ) throws(BusError) -> Int {
    let count = wire.hear(modbus_get_socket(context.pointer), into: &buffer, for: time)
    try RTULimits.check(count)
    return Int(count)
  }
}

/// What bounds an exchange, whatever comes over the line.
enum RTULimits {
  /// A line that does not fall silent for so long is out of order: a cable is loose, or somebody
  /// talks without pause. The request fails, and the next one tries again.
  static let drainMax: Duration = .milliseconds(500)

  /// A frame is 256 bytes at most; a line that talks on is read in pieces of that.
  static let drainBytes = 256

  /// Where the length of an answer is not known, it ends with a silence of so long: adapters pass
  /// bytes on in pieces, up to 16 ms apart.
  static let frameEnd: Duration = .milliseconds(50)

  fileprivate static func check(_ result: Int32) throws(BusError) {
    if result < 0 { throw BusError(errno: -result) }
  }
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
