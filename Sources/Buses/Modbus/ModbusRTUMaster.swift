internal import CModbus
public import Configuration
public import Drivers
internal import System

/// The asking side of Modbus RTU on a serial line, by libmodbus: one port, opened when it is needed.
///
/// A port that is not there is looked for again, and one that goes away, as a USB adapter does that
/// is unplugged, is closed at the first sign of that and opened anew with all its settings.
///
/// Made for one thread, and for no other after that.
public struct ModbusRTUMaster: ModbusMaster, ~Copyable {
  /// After a failed attempt to open the port it is left alone for the lower bound, then for twice as
  /// long, up to the upper bound: an adapter that is plugged in again is in use within seconds.
  public static let reopenPauses: ClosedRange<Duration> = .seconds(1)...(.seconds(10))

  private let port: SerialPort
  private var exchange: RTUExchange<SystemWire>
  private var pause: ReconnectPause
  private var isOpen = false
  /// Keeps other programs off the port, those that lock it as we do.
  private var claim: FileDescriptor?
  /// What the log knows of the port, so that it is told of changes alone.
  private var told: BusError?

  /// A master for the units on a line. Nothing is opened yet.
  /// - Parameters:
  ///   - port: the port and its settings.
  ///   - framing: how frames travel on the line.
  ///   - reopenPauses: how long the port is left alone after failures to open it.
  public init(
    _ port: SerialPort, _ framing: RTUFraming = RTUFraming(),
    reopenPauses: ClosedRange<Duration> = ModbusRTUMaster.reopenPauses
  ) {
    self.port = port
    exchange = RTUExchange(port, framing, over: SystemWire())
    pause = ReconnectPause(reopenPauses)
  }

  /// Reads consecutive registers or bits of one unit, over the port that is open or is opened now.
  ///
  /// Within a pause after a failed attempt to open, this fails at once with that attempt's error.
  /// - Parameter timeout: from the last character of the request to the first of the answer; the
  ///   time that the characters take on the line comes on top.
  /// - Throws: `system(EINVAL)` for the units 0 and above 247, who do not answer.
  public mutating func readRegisters(
    _ table: RegisterTable, at address: UInt16, count: Int, unit: UInt8, timeout: Duration
  ) throws(BusError) -> [UInt16] {
    precondition((1...table.countMax).contains(count), "a legal request")
    guard (1...247).contains(unit) else { throw .system(EINVAL) }
    if !isOpen { try open() }
    let request = ModbusRequest(table: table, address: address, count: count, unit: unit)
    do throws(BusError) {
      return try exchange.read(request, timeout: timeout)
    } catch {
      throw closedIfLost(error)
    }
  }

  /// Asks one unit for what is neither registers nor bits.
  /// - Parameter body: function code and data.
  /// - Returns: the answer's function code and data.
  mutating func ask(
    _ body: [UInt8], of unit: UInt8, timeout: Duration
  ) throws(BusError) -> [UInt8] {
    if !isOpen { try open() }
    do throws(BusError) {
      return try exchange.ask(body, of: unit, timeout: timeout)
    } catch {
      throw closedIfLost(error)
    }
  }

  /// What has become of the port: a serial line has no connection that a device could end.
  private mutating func closedIfLost(_ error: BusError) -> BusError {
    guard error.endsLine else { return error }
    Log.warning("serial port lost", ["port": port.path])
    close()
    return error == .connectionLost ? .portLost : error
  }

  private mutating func open() throws(BusError) {
    if let error = pause.refusal(now: Clock.sinceBoot) { throw error }
    do throws(Errno) {
      try openPort()
    } catch {
      close()
      let failure = BusError(opening: error.rawValue)
      pause.failed(failure, now: Clock.sinceBoot)
      tell(failure, error)
      throw failure
    }
    pause.succeeded()
    exchange.opened()
    isOpen = true
    told = nil
    Log.notice("serial port open", ["port": port.path])
  }

  /// Somebody else's port is not touched: libmodbus, which changes settings as it opens, comes after
  /// the lock.
  private mutating func openPort() throws(Errno) {
    let claim = try FileDescriptor(
      opening: port.path, FileDescriptor.OpenFlags(rawValue: cmodbus_serial_flags))
    guard try claim.lockExclusively() else { throw Errno(EBUSY) }
    self.claim = consume claim
    let context = exchange.context.pointer
    try ModbusRTUMaster.check(cmodbus_open_serial(context))
    let descriptor = modbus_get_socket(context)
    guard descriptor < cmodbus_descriptor_limit else { throw .tooManyOpenFiles }
    try ModbusRTUMaster.check(cmodbus_exclude_others(descriptor))
    switch port.direction {
    case .automatic: break
    case .kernel(let timing):
      try ModbusRTUMaster.check(
        cmodbus_set_rs485(
          descriptor, timing.isOnToSend ? 1 : 0, UInt32(clamping: timing.delayBefore.milliseconds),
          UInt32(clamping: timing.delayAfter.milliseconds)))
    case .rts(let timing):
      try ModbusRTUMaster.check(cmodbus_set_rts(descriptor, timing.isOnToSend ? 0 : 1))
    }
  }

  private mutating func close() {
    modbus_close(exchange.context.pointer)
    claim = nil
    isOpen = false
  }

  @inline(never)
  private mutating func tell(_ failure: BusError, _ error: Errno) {
    if told == failure { return }
    told = failure
    var hint = ""
    switch failure {
    case .permissionDenied:
      var name = [CChar](repeating: 0, count: 64)
      let isKnown = name.withUnsafeMutableBufferPointer {
        cmodbus_group(port.path, $0.baseAddress, $0.count)
      }
      if isKnown != 0 {
        let group = name.withUnsafeBufferPointer {
          $0.baseAddress.map { String(cString: $0) } ?? ""
        }
        hint = "it belongs to the group \(group), of which the gateway's user is to be a member"
      }
    case .portBusy:
      hint = "another program has it open, 'fuser \(port.path)' tells which"
    case .portNotFound:
      hint = "the adapter is not plugged in, or the path is wrong; it is looked for again"
    case .system(ENOTTY) where port.direction != .automatic:
      hint = "its driver cannot do what rs485 wants"
    case .system(ENOTTY):
      hint = "it is no serial port"
    default:
      break
    }
    Log.warning(
      "serial port cannot be opened",
      ["port": port.path, "reason": error.text, "hint": hint])
  }

  private static func check(_ result: Int32) throws(Errno) {
    if result < 0 { throw Errno(-result) }
  }
}
