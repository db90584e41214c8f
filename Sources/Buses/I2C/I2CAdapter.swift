internal import CI2C
public import Configuration
public import Drivers
internal import System
internal import Telemetry

/// An I2C adapter of the kernel (Documentation/i2c/dev-interface.rst), opened when it is needed.
///
/// An adapter that is not there is looked for again. One that goes away, or whose bus hangs, is closed
/// and opened anew by its path; freeing the lines of a bus that hangs is the kernel's part, which its
/// drivers do before the next transfer.
///
/// A class, because Embedded Swift cannot destroy its parts in another module. Made for one thread,
/// and for no other after that.
public final class I2CAdapter: I2CLine {
  /// After a failed attempt to open the adapter it is left alone for the lower bound, then for twice
  /// as long, up to the upper bound: one that is plugged in again is in use within seconds.
  public static let reopenPauses: ClosedRange<Duration> = .seconds(1)...(.seconds(10))

  /// Another master has the bus for milliseconds; three attempts that all lose are no accident.
  private static let retries: UInt = 3

  private let path: String
  private var file: FileDescriptor?
  /// The number of `file`.
  private var descriptor: Int32?
  private var pause: ReconnectPause
  /// What the adapter can do (I2C_FUNCS).
  private var functions: UInt = 0
  /// The addresses of which is known that no driver of the kernel has them, a bit each.
  private var free: (low: UInt64, high: UInt64) = (0, 0)
  /// What the log knows of the adapter, so that it is told of changes alone.
  private var told: BusError?

  /// An adapter by its path. Nothing is opened yet.
  /// - Parameter reopenPauses: how long the adapter is left alone after failures to open it.
  public init(_ port: I2CPort, reopenPauses: ClosedRange<Duration> = I2CAdapter.reopenPauses) {
    path = port.path
    pause = ReconnectPause(reopenPauses)
  }

  /// Does a transfer, over the adapter that is open or is opened now.
  ///
  /// Within a pause after a failed attempt to open, this fails at once with that attempt's error.
  /// - Throws: `portBusy` where a driver of the kernel has the address.
  public func transfer(_ transfer: inout I2CTransfer) throws(BusError) {
    let fd = try open()
    do throws(BusError) {
      if functions & ci2c_can_transfer != 0 {
        try claim(transfer.address, on: fd)
        try perform(&transfer, on: fd)
      } else {
        try set(transfer.address, on: fd)
        try SMBusTransfer.perform(
          &transfer, on: fd, canReadBlock: functions & ci2c_can_read_block != 0)
      }
    } catch {
      // One that is unplugged answers with silence before its path goes.
      if error.endsAdapter || !Files.exists(path) { close(error) }
      throw error
    }
  }

  /// Finds out whether somebody answers to an address, as i2cdetect(8) does: it is addressed without
  /// any data, but for the addresses that memories have, some of which take that for a write; from
  /// those a byte is read.
  /// - Throws: `noAcknowledge` where nobody does, `portBusy` where a driver of the kernel has it,
  ///   `notSupported` where the adapter cannot find out.
  public func probe(_ address: UInt8) throws(BusError) {
    let fd = try open()
    try set(address, on: fd)
    let isMemory = (0x30...0x37).contains(address) || (0x50...0x5F).contains(address)
    let result: Int32
    if functions & ci2c_can_quick != 0 && !isMemory {
      result = i2c_smbus_write_quick(fd, UInt8(I2C_SMBUS_WRITE))
    } else if functions & ci2c_can_read_byte != 0 {
      result = i2c_smbus_read_byte(fd)
    } else {
      throw .notSupported
    }
    if result < 0 { throw BusError(i2c: -result) }
  }

  private func perform(_ transfer: inout I2CTransfer, on fd: Int32) throws(BusError) {
    let (outCount, inCount) = (transfer.written.count, transfer.received.count)
    let address = UInt16(transfer.address)
    let result = transfer.written.withUnsafeBufferPointer { out in
      transfer.received.withUnsafeMutableBufferPointer { into in
        ci2c_transfer(
          fd, address, out.baseAddress, UInt16(truncatingIfNeeded: outCount), into.baseAddress,
          UInt16(truncatingIfNeeded: inCount))
      }
    }
    guard result >= 0 else { throw BusError(i2c: -result) }
  }

  /// Makes sure, once, that no driver of the kernel has the address: I2C_RDWR would speak in between.
  private func claim(_ address: UInt8, on fd: Int32) throws(BusError) {
    let bit: UInt64 = 1 << UInt64(address & 63)
    let known = address < 64 ? free.low : free.high
    if known & bit != 0 { return }
    try set(address, on: fd)
    if address < 64 { free.low |= bit } else { free.high |= bit }
  }

  private func set(_ address: UInt8, on fd: Int32) throws(BusError) {
    let result = ci2c_set_address(fd, UInt(address))
    if result == -EBUSY { throw .portBusy }
    if result < 0 { throw BusError(i2c: -result) }
  }

  private func open() throws(BusError) -> Int32 {
    if let descriptor { return descriptor }
    if let error = pause.refusal(now: Clock.sinceBoot) { throw error }
    do throws(Errno) {
      try openFile()
    } catch {
      let failure = BusError(openingI2C: error.rawValue)
      pause.failed(failure, now: Clock.sinceBoot)
      tell(failure, error)
      throw failure
    }
    pause.succeeded()
    if told != nil { Log.notice("I2C adapter open", ["port": path]) }
    told = nil
    guard let descriptor else { preconditionFailure("it is open") }
    return descriptor
  }

  private func openFile() throws(Errno) {
    let opened = try FileDescriptor(opening: path, .readWrite)
    functions = ci2c_functions(opened.rawValue)
    if functions == 0 { throw Errno(ENOTTY) }
    // Adapters that know neither keep their own, which are of the same order.
    _ = ci2c_set_timeout(opened.rawValue, I2CAdapter.timeoutUnits)
    _ = ci2c_set_retries(opened.rawValue, I2CAdapter.retries)
    free = (0, 0)
    descriptor = opened.rawValue
    file = consume opened
  }

  /// In the 10 ms that the kernel counts by.
  private static let timeoutUnits = UInt(I2CLimits.transferMax / .milliseconds(10))

  private func close(_ error: BusError) {
    file = nil
    descriptor = nil
    guard told != error else { return }
    told = error
    Log.warning("I2C adapter closed", ["port": path, "reason": error.reason.name])
  }

  private func tell(_ failure: BusError, _ error: Errno) {
    guard told != failure else { return }
    told = failure
    Log.warning("cannot open I2C adapter", ["port": path, "reason": error.text])
  }
}

extension BusError {
  /// Whether the adapter is better opened anew before it is used again.
  fileprivate var endsAdapter: Bool {
    switch self {
    case .timeout, .busStuck, .connectionLost, .portLost, .system: true
    default: false
    }
  }
}
