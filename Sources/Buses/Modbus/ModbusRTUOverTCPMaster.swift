internal import CModbus
public import Configuration
public import Drivers
internal import System

/// The asking side of Modbus RTU over a device server, which passes bytes on between a TCP
/// connection and its serial line: one connection, opened when it is needed.
///
/// The connection outlives a timeout, for it is the unit behind the server that is silent; after some
/// in a row it is made anew, in case the server is.
///
/// Made for one thread, and for no other after that.
public struct ModbusRTUOverTCPMaster: ModbusMaster, ~Copyable {
  /// So many requests without an answer in a row may be the doing of a server that has lost the
  /// connection without a word; the kernel alone would notice after half a minute.
  static let silentMax = 3

  private var exchange: RTUExchange<SystemWire>
  private var link: TCPLink
  private var silentCount = 0

  /// A master for the units behind a device server. Nothing is opened yet.
  /// - Parameters:
  ///   - host: a host name, or an IPv4 or IPv6 address without brackets.
  ///   - port: the TCP port.
  ///   - framing: how frames travel on the line.
  ///   - reconnectPauses: how long the host is left alone after failures to connect.
  public init(
    host: String, port: UInt16, _ framing: RTUFraming = RTUFraming(),
    reconnectPauses: ClosedRange<Duration> = ModbusTCPMaster.reconnectPauses
  ) {
    exchange = RTUExchange(nil, framing, over: SystemWire())
    link = TCPLink(host: host, port: port, pauses: reconnectPauses)
  }

  deinit {
    // The socket is the link's to close.
    exchange.use(descriptor: -1)
  }

  /// Reads consecutive registers or bits of one unit, over the connection that there is or a new one.
  ///
  /// A connection that the server has closed meanwhile is made anew without an error. Within a pause
  /// after a failed attempt to connect, this fails at once with that attempt's error.
  /// - Parameter timeout: for connecting, where that is needed, and again for the whole answer.
  /// - Throws: `system(EINVAL)` for the units 0 and above 247, who do not answer.
  public mutating func readRegisters(
    _ table: RegisterTable, at address: UInt16, count: Int, unit: UInt8, timeout: Duration
  ) throws(BusError) -> [UInt16] {
    precondition((1...table.countMax).contains(count), "a legal request")
    guard (1...247).contains(unit) else { throw .system(EINVAL) }
    try connect(timeout: timeout)
    let request = ModbusRequest(table: table, address: address, count: count, unit: unit)
    do throws(BusError) {
      let words = try exchange.read(request, timeout: timeout)
      silentCount = 0
      return words
    } catch {
      disconnectIfLost(error)
      throw error
    }
  }

  /// Asks one unit for what is neither registers nor bits.
  /// - Parameter body: function code and data.
  /// - Returns: the answer's function code and data.
  mutating func ask(
    _ body: [UInt8], of unit: UInt8, timeout: Duration
  ) throws(BusError) -> [UInt8] {
    try connect(timeout: timeout)
    do throws(BusError) {
      return try exchange.ask(body, of: unit, timeout: timeout)
    } catch {
      disconnectIfLost(error)
      throw error
    }
  }

  private mutating func disconnectIfLost(_ error: BusError) {
    silentCount = error == .timeout ? silentCount + 1 : 0
    if error.endsLine || silentCount == ModbusRTUOverTCPMaster.silentMax { disconnect() }
  }

  private mutating func connect(timeout: Duration) throws(BusError) {
    let current = modbus_get_socket(exchange.context.pointer)
    if current >= 0 {
      if cmodbus_is_open(current) != 0 { return }
      disconnect()
    }
    exchange.use(descriptor: try link.open(timeout: timeout))
    exchange.opened()
  }

  private mutating func disconnect() {
    exchange.use(descriptor: -1)
    link.close()
    silentCount = 0
  }
}
