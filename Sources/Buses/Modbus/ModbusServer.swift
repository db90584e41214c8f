internal import CModbus
public import Configuration
public import Drivers
public import System

/// The answering side of Modbus, by libmodbus: a simulated device on a TCP port or a serial line.
///
/// Over TCP several clients are served, a request at a time. A client whose frame is broken or not
/// complete in time is disconnected; the others do not notice.
public final class ModbusServer {
  /// Real devices serve one to a few clients at once. Where there is one more, the client that has
  /// been silent longest makes room.
  public static let clientsMax = 8

  /// So many clients that come at the same moment wait to be accepted; further ones would try again
  /// after a second (listen(2)).
  private static let backlog: Int32 = 64
  /// A client may hold up the others this long with a frame that does not become whole.
  static let frameTimeout: Duration = .milliseconds(200)
  /// Silence on a serial line that ends a frame. The specification's 3.5 characters are less, but
  /// USB adapters deliver what they receive in lumps of up to 16 ms.
  static let serialSilence: Duration = .milliseconds(50)
  /// Values are computed anew for a request no sooner than this after the last time, so that asking
  /// fast costs little.
  static let updateInterval: Duration = .milliseconds(100)
  /// The TCP port that it listens on; 0 on a serial line.
  public let port: UInt16

  private let context: ModbusContext
  private let headerLength: Int
  private let unit: UInt8?
  private let framing: Framing
  private let listener: Connection?
  private let events: FileDescriptor
  /// In the order of their last requests.
  private var clients: [Connection] = []

  /// An open socket that can be kept in an array.
  private final class Connection {
    let descriptor: FileDescriptor

    init(_ descriptor: consuming FileDescriptor) {
      self.descriptor = descriptor
    }
  }

  /// What frames over TCP look like.
  public enum Framing: Sendable {
    /// Those of Modbus TCP.
    case tcp
    /// Those of a serial line, as they come through a device server.
    case rtu
  }

  /// Listens on a TCP port; what connects is served by `run`.
  /// - Parameters:
  ///   - address: the address or name to listen on; by default only this machine can connect.
  ///   - port: the port, or 0 for any that is free.
  ///   - unit: the unit identifier that it has. Others get exception 0B, as from a gateway that has
  ///     no such unit behind it, and silence in RTU frames. With nil, which RTU frames do not allow,
  ///     it has all of them.
  ///   - framing: what the frames look like.
  /// - Throws: `EADDRINUSE`, `EACCES` and the like; `ECONNREFUSED` for a name that is not known.
  public init(
    listeningOn address: String = "127.0.0.1", port: UInt16, unit: UInt8?,
    framing: Framing = .tcp
  ) throws(Errno) {
    // libmodbus complains on standard error where a name does not fit.
    guard (1...255).contains(address.utf8.count),
      let pointer = modbus_new_tcp_pi(address, "\(port)")
    else { throw .invalidArgument }
    let listening = ModbusContext(owning: pointer)
    let socket = FileDescriptor(
      owning: try checked(cmodbus_listen(listening.pointer, ModbusServer.backlog)))
    modbus_set_socket(listening.pointer, -1)
    try socket.setNonblocking()
    self.port = UInt16(try checked(cmodbus_port(socket.rawValue)))
    events = try ModbusServer.events(watching: socket.rawValue)
    listener = Connection(socket)
    self.unit = unit
    self.framing = framing
    switch framing {
    case .tcp:
      context = listening
      let (seconds, microseconds) = ModbusServer.frameTimeout.forLibModbus
      modbus_set_indication_timeout(context.pointer, seconds, microseconds)
      // Zero: the timeout above is for the whole frame.
      modbus_set_byte_timeout(context.pointer, 0, 0)
    case .rtu:
      context = try ModbusServer.rtuContext("socket", SerialLine(), unit: unit)
      // Nobody else is behind this server whose answers there were to pass over.
      modbus_set_response_timeout(context.pointer, 0, 1)
    }
    headerLength = Int(modbus_get_header_length(context.pointer))
  }

  /// Opens a serial line; what asks there is served by `run`.
  /// - Parameters:
  ///   - path: the line's device, e.g. "/dev/ttyUSB0".
  ///   - line: its settings.
  ///   - unit: the unit identifier that it has, 1 to 247; it does not hear others.
  /// - Throws: `ENOENT`, `EACCES`, `EBUSY` and the like, and `EINVAL` for settings that cannot be.
  public init(serial path: String, _ line: SerialLine, unit: UInt8) throws(Errno) {
    context = try ModbusServer.rtuContext(path, line, unit: unit)
    headerLength = Int(modbus_get_header_length(context.pointer))
    self.unit = unit
    framing = .rtu
    port = 0
    listener = nil
    let (seconds, microseconds) = ModbusServer.frameTimeout.forLibModbus
    // How long libmodbus waits for another unit's answer, to pass over it.
    modbus_set_response_timeout(context.pointer, seconds, microseconds)
    _ = try checked(cmodbus_open_serial(context.pointer))
    events = try ModbusServer.events(watching: modbus_get_socket(context.pointer))
  }

  private static func rtuContext(
    _ path: String, _ line: SerialLine, unit: UInt8?
  ) throws(Errno) -> ModbusContext {
    guard !path.utf8.isEmpty, line.baud > 0,
      let pointer = modbus_new_rtu(
        path, Int32(clamping: line.baud), line.parity.letter, Int32(clamping: line.dataBits),
        Int32(clamping: line.stopBits))
    else { throw .invalidArgument }
    let context = ModbusContext(owning: pointer)
    guard let unit, unit > 0, modbus_set_slave(pointer, Int32(unit)) == 0 else {
      throw .invalidArgument
    }
    modbus_set_byte_timeout(pointer, 0, ModbusServer.serialSilence.forLibModbus.microseconds)
    let (seconds, microseconds) = ModbusServer.frameTimeout.forLibModbus
    modbus_set_indication_timeout(pointer, seconds, microseconds)
    return context
  }

  deinit {
    // Clients and listener close themselves; libmodbus closes only the serial line.
    if listener != nil { modbus_set_socket(context.pointer, -1) }
  }

  /// Answers requests on this thread until `stop` rings.
  /// - Parameter update: the registers that there are after the time since the start; a range of
  ///   registers that is asked for must lie within one block.
  /// - Throws: what made the serial line unusable (`EIO` where it was unplugged), or `EMFILE` and
  ///   the like. A client's faults are its own.
  public func run(
    update: (Duration) -> [RegisterBlock], until stop: Wakeup
  ) throws(Errno) {
    let start = Clock.sinceBoot
    var updated = Duration.zero
    var blocks = update(.zero)
    while true {
      let awaited = try Poll.wait(
        for: events, .readable, timeout: Poll.idle, wakeup: stop)
      if awaited.rang { return }
      if awaited.readiness.isEmpty { continue }
      let elapsed = Clock.sinceBoot - start
      if elapsed - updated >= ModbusServer.updateInterval {
        blocks = update(elapsed)
        updated = elapsed
      }
      try serve(cmodbus_ready(events.rawValue), from: blocks)
    }
  }

  private func serve(_ descriptor: Int32, from blocks: [RegisterBlock]) throws(Errno) {
    guard let listening = listener?.descriptor.rawValue else {
      if descriptor >= 0 { try serveLine(from: blocks) }
      return
    }
    if descriptor == listening {
      try accept(listening)
    } else if let index = clients.firstIndex(where: { $0.descriptor.rawValue == descriptor }) {
      let client = clients.remove(at: index)
      modbus_set_socket(context.pointer, descriptor)
      let isToStay =
        framing == .rtu ? serveRTUClient(from: blocks) : serveClient(from: blocks)
      if isToStay { clients.append(client) }
      modbus_set_socket(context.pointer, -1)
    }
  }

  private func accept(_ listening: Int32) throws(Errno) {
    let result = cmodbus_accept(listening)
    // It may have gone again before it was accepted.
    if result == -EAGAIN || result == -ECONNABORTED || result == -EINTR { return }
    let socket = FileDescriptor(owning: try checked(result))
    guard result < cmodbus_descriptor_limit else { return }
    // A client that does not read its answers must not hold up the others either.
    try socket.setNonblocking()
    if clients.count == ModbusServer.clientsMax { clients.removeFirst() }
    guard cmodbus_watch(events.rawValue, result) == 0 else { throw Errno.last }
    clients.append(Connection(socket))
  }

  /// Answers one request of the client whose socket libmodbus has; false when it is to go.
  private func serveClient(from blocks: [RegisterBlock]) -> Bool {
    var frame = [UInt8](repeating: 0, count: Int(MODBUS_TCP_MAX_ADU_LENGTH))
    let length = frame.withUnsafeMutableBufferPointer {
      cmodbus_receive(context.pointer, $0.baseAddress)
    }
    guard length > headerLength else { return false }
    let received = frame[..<Int(length)]
    guard let unread = TCPFrame.unreadBytes(of: received),
      cmodbus_discard(modbus_get_socket(context.pointer), Int32(unread)) != 0
    else { return false }
    let isOurs = unit.map { $0 == received[headerLength - 1] } ?? true
    let answer =
      isOurs
      ? ServerAnswer(to: received[headerLength...], from: blocks)
      : .exception(.gatewayTargetFailed)
    return send(answer, to: frame, length)
  }

  /// The same for RTU frames.
  private func serveRTUClient(from blocks: [RegisterBlock]) -> Bool {
    do throws(Errno) {
      return try serveLine(from: blocks)
    } catch {
      return false
    }
  }

  /// Answers one request in RTU frames, or passes over what is not for this unit; false where what
  /// came was none.
  @discardableResult
  private func serveLine(from blocks: [RegisterBlock]) throws(Errno) -> Bool {
    var frame = [UInt8](repeating: 0, count: Int(MODBUS_TCP_MAX_ADU_LENGTH))
    let length = frame.withUnsafeMutableBufferPointer {
      cmodbus_receive(context.pointer, $0.baseAddress)
    }
    if length == 0 {
      // Another unit's request; libmodbus takes what comes next for that unit's answer, so it is
      // to look for it now, or our next request would be taken for it.
      _ = frame.withUnsafeMutableBufferPointer {
        cmodbus_receive(context.pointer, $0.baseAddress)
      }
    } else if length < 0 {
      let isNoise = -length == ETIMEDOUT || -length >= cmodbus_error_base
      guard isNoise else { throw Errno(-length) }
      modbus_flush(context.pointer)
      return false
    } else if Int(length) > headerLength + ModbusServer.checksumLength {
      // Nobody answers a broadcast (MODBUS over Serial Line V1.02, 2.1).
      guard frame[0] != MODBUS_BROADCAST_ADDRESS else { return true }
      let request = frame[headerLength..<Int(length) - ModbusServer.checksumLength]
      return send(ServerAnswer(to: request, from: blocks), to: frame, length)
    }
    return true
  }

  private func send(_ answer: ServerAnswer, to frame: [UInt8], _ length: Int32) -> Bool {
    switch answer {
    case .exception(let exception):
      return modbus_reply_exception(context.pointer, frame, UInt32(exception.code)) >= 0
    case .registers(let block):
      let mapping = RegisterMapping(block)
      return modbus_reply(context.pointer, frame, length, mapping.pointer) >= 0
    }
  }

  private static let checksumLength = 2

  private static func events(watching descriptor: Int32) throws(Errno) -> FileDescriptor {
    guard descriptor < cmodbus_descriptor_limit else { throw Errno(EMFILE) }
    let number = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard number >= 0 else { throw Errno.last }
    let events = FileDescriptor(owning: number)
    guard cmodbus_watch(number, descriptor) == 0 else { throw Errno.last }
    return events
  }
}

private func checked(_ result: Int32) throws(Errno) -> Int32 {
  guard result >= 0 else { throw Errno(-result) }
  return result
}
