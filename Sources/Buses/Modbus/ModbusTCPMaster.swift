internal import CModbus
public import Configuration
public import Drivers
internal import System

/// The asking side of Modbus TCP, by libmodbus: one connection to one host, opened when it is
/// needed.
///
/// A late answer is never taken for another's. After a timeout, or an answer that does not fit, the
/// connection is closed; before a request nothing may be waiting in it; and transaction identifier,
/// unit identifier, function code and length are compared.
///
/// Made for one thread, and for no other after that.
public struct ModbusTCPMaster: ModbusMaster, ~Copyable {
  /// After a failed attempt to connect the host is left alone for the lower bound, then for twice
  /// as long, up to the upper bound. Fast enough to be back soon after a reboot of the device, slow
  /// enough not to load a network that has a fault.
  public static let reconnectPauses: ClosedRange<Duration> = .seconds(1)...(.seconds(30))

  private let context: ModbusContext
  private var link: TCPLink
  /// The identifier of the last request.
  private var transaction: UInt16 = 0

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
    let request = ModbusRequest(table: table, address: address, count: count, unit: unit)
    try connect(timeout: timeout, for: unit)
    do throws(BusError) {
      try send(request.bytes)
      return try request.values(of: receive(within: timeout))
    } catch {
      // After an exception the connection is in order; after anything else nobody knows what is
      // still to come over it.
      if case .exception = error { throw error }
      disconnect()
      throw error
    }
  }

  /// Asks one unit for what is neither registers nor bits.
  /// - Parameter body: function code and data.
  /// - Returns: the answer's function code and data.
  mutating func ask(
    _ body: [UInt8], of unit: UInt8, timeout: Duration
  ) throws(BusError) -> [UInt8] {
    try connect(timeout: timeout, for: unit)
    do throws(BusError) {
      try send([unit] + body)
      let answer = try receiveAnything(
        from: modbus_get_socket(context.pointer), within: timeout)
      guard answer[0] == unit else { throw .badResponse }
      return Array(answer.dropFirst())
    } catch {
      disconnect()
      throw error
    }
  }

  /// Sends a unit identifier and what is for it, under the next transaction identifier; libmodbus
  /// would send raw requests all under the same.
  private mutating func send(_ bytes: [UInt8]) throws(BusError) {
    transaction &+= 1
    let frame =
      [UInt8(transaction >> 8), UInt8(transaction & 0xFF), 0, 0, 0, UInt8(bytes.count)] + bytes
    let result = cmodbus_send_bytes(modbus_get_socket(context.pointer), frame, frame.count)
    guard result == 0 else { throw BusError(errno: -result) }
  }

  /// Waits for an answer to the last request, by modbus_receive_confirmation(3).
  /// - Returns: unit identifier, function code and data.
  private func receive(within timeout: Duration) throws(BusError) -> ArraySlice<UInt8> {
    let (seconds, microseconds) = timeout.forLibModbus
    modbus_set_response_timeout(context.pointer, seconds, microseconds)
    var frame = [UInt8](repeating: 0, count: Int(MODBUS_TCP_MAX_ADU_LENGTH))
    let length = frame.withUnsafeMutableBufferPointer {
      cmodbus_receive_answer(context.pointer, $0.baseAddress)
    }
    guard length >= 0 else { throw BusError(errno: -length) }
    guard length > ModbusTCPMaster.headerLength, isOfLastRequest(frame) else {
      throw .badResponse
    }
    return frame[6..<Int(length)]
  }

  private func isOfLastRequest(_ frame: [UInt8]) -> Bool {
    UInt16(frame[0]) << 8 | UInt16(frame[1]) == transaction && frame[2] == 0 && frame[3] == 0
  }

  /// Takes an answer of which libmodbus does not know the length off the connection (MODBUS Messaging
  /// on TCP/IP V1.0b, 3.1.3): transaction identifier, protocol identifier 0, length, and the rest.
  /// - Returns: unit identifier, function code and data.
  private func receiveAnything(
    from socket: Int32, within timeout: Duration
  ) throws(BusError) -> [UInt8] {
    let deadline = Clock.sinceBoot + timeout
    var frame = [UInt8](repeating: 0, count: Int(MODBUS_TCP_MAX_ADU_LENGTH))
    var (count, expected) = (0, ModbusTCPMaster.headerLength)
    while count < expected {
      let heard = frame.withUnsafeMutableBufferPointer { buffer in
        cmodbus_hear(
          socket, (deadline - Clock.sinceBoot).nanosecondsToWait,
          buffer.baseAddress.map { $0 + count },
          expected - count)
      }
      guard heard >= 0 else { throw BusError(errno: -heard) }
      guard heard > 0 else { throw count == 0 ? .timeout : .badResponse }
      count += Int(heard)
      if expected == ModbusTCPMaster.headerLength, count == expected {
        expected = 6 + Int(frame[4]) << 8 + Int(frame[5])
        guard isOfLastRequest(frame),
          (ModbusTCPMaster.headerLength + 2...frame.count).contains(expected)
        else { throw .badResponse }
      }
    }
    return Array(frame[6..<count])
  }

  /// The header with the unit.
  private static let headerLength = 7

  private mutating func connect(timeout: Duration, for unit: UInt8) throws(BusError) {
    guard modbus_set_slave(context.pointer, Int32(unit)) == 0 else { throw .system(EINVAL) }
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
