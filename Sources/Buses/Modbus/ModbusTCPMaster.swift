internal import CModbus
public import Configuration
public import Drivers
internal import System

/// The asking side of Modbus TCP, by libmodbus: one connection to one host, opened when it is
/// needed.
///
/// A late answer is never taken for another's. After a timeout, or an answer that does not fit, the
/// connection is closed; before a request nothing may be waiting in it; and libmodbus compares
/// transaction identifier, function code and length. (It does not compare the unit identifier,
/// which some devices answer with another one.)
///
/// Made for one thread, and for no other after that.
public struct ModbusTCPMaster: ModbusMaster, ~Copyable {
  /// After a failed attempt to connect the host is left alone for the lower bound, then for twice
  /// as long, up to the upper bound. Fast enough to be back soon after a reboot of the device, slow
  /// enough not to load a network that has a fault.
  public static let reconnectPauses: ClosedRange<Duration> = .seconds(1)...(.seconds(30))

  private let context: ModbusContext
  private var link: TCPLink

  /// A master for the units at a host. Nothing is opened yet.
  /// - Parameters:
  ///   - host: a host name, or an IPv4 or IPv6 address without brackets.
  ///   - port: the TCP port, 502 by the specification.
  ///   - reconnectPauses: how long the host is left alone after failures to connect.
  public init(
    host: String, port: UInt16,
    reconnectPauses: ClosedRange<Duration> = ModbusTCPMaster.reconnectPauses
  ) {
    link = TCPLink(host: host, port: port, pauses: reconnectPauses)
    // The address is none of libmodbus's business here; it gets a socket that is connected.
    guard let pointer = modbus_new_tcp(nil, Int32(port)) else {
      preconditionFailure("the C library has no memory")
    }
    context = ModbusContext(owning: pointer)
    // Zero: the whole answer has to be there within the response timeout, however it trickles.
    modbus_set_byte_timeout(pointer, 0, 0)
  }

  deinit {
    // The socket is ours to close.
    modbus_set_socket(context.pointer, -1)
  }

  /// Reads consecutive registers of one unit, over the connection that there is or a new one.
  ///
  /// Within a pause after a failed attempt to connect, this fails at once with that attempt's error.
  /// - Parameter timeout: for connecting, where that is needed, and again for the whole answer.
  /// - Throws: `system(EINVAL)` for the units 248 to 254, which libmodbus does not speak to.
  public mutating func readRegisters(
    _ table: RegisterTable, at address: UInt16, count: Int, unit: UInt8, timeout: Duration
  ) throws(BusError) -> [UInt16] {
    precondition((1...table.countMax).contains(count), "a legal request")
    guard modbus_set_slave(context.pointer, Int32(unit)) == 0 else { throw .system(EINVAL) }
    try connect(timeout: timeout)
    let (seconds, microseconds) = timeout.forLibModbus
    modbus_set_response_timeout(context.pointer, seconds, microseconds)

    var words = [UInt16](repeating: 0, count: count)
    let result = context.read(table, at: address, into: &words)
    if result == count { return words }
    let error = result < 0 ? BusError(errno: -result) : .badResponse
    // After an exception the connection is in order; after anything else nobody knows what is
    // still to come over it.
    if case .exception = error { throw error }
    disconnect()
    throw error
  }

  private mutating func connect(timeout: Duration) throws(BusError) {
    let current = modbus_get_socket(context.pointer)
    if current >= 0 {
      if cmodbus_is_idle(current) != 0 { return }
      // Many devices close a connection that they have not heard from, and are there all the same.
      disconnect()
    }
    modbus_set_socket(context.pointer, try link.open(timeout: timeout))
  }

  private mutating func disconnect() {
    modbus_set_socket(context.pointer, -1)
    link.close()
  }
}
