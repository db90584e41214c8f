public import Configuration
public import Drivers

/// The asking side of any kind of line that carries Modbus.
///
/// One type for all of them, so that what is generic over a master is in the program once; and a
/// class, because Embedded Swift cannot destroy its parts in another module.
///
/// Made for one thread, and for no other after that.
public final class BusMaster: ModbusMaster {
  private var tcp: ModbusTCPMaster?
  private var rtu: ModbusRTUMaster?
  private var rtuOverTCP: ModbusRTUOverTCPMaster?
  /// What has been read, the newest last, for whoever wants to show it; nil while nobody does.
  public var record: [RegisterBlock]?

  /// A master for the units on a line. Nothing is opened yet.
  public init(_ link: Bus.Link) {
    switch link {
    case .modbusTCP(let host, let port):
      tcp = ModbusTCPMaster(host: host, port: port)
      rtu = nil
      rtuOverTCP = nil
    case .modbusRTU(let port, let framing):
      tcp = nil
      rtu = ModbusRTUMaster(port, framing)
      rtuOverTCP = nil
    case .modbusRTUOverTCP(let host, let port, let framing):
      tcp = nil
      rtu = nil
      rtuOverTCP = ModbusRTUOverTCPMaster(host: host, port: port, framing)
    case .i2c, .gpio, .sysfs: preconditionFailure("a line that carries Modbus")
    }
  }

  /// Reads consecutive registers or bits of one unit, as the line's own master does.
  public func readRegisters(
    _ table: RegisterTable, at address: UInt16, count: Int, unit: UInt8, timeout: Duration
  ) throws(BusError) -> [UInt16] {
    let words = try read(table, at: address, count: count, unit: unit, timeout: timeout)
    record?.append(RegisterBlock(table: table, address: address, words: words))
    return words
  }

  private func read(
    _ table: RegisterTable, at address: UInt16, count: Int, unit: UInt8, timeout: Duration
  ) throws(BusError) -> [UInt16] {
    if let words = try tcp?.readRegisters(
      table, at: address, count: count, unit: unit, timeout: timeout)
    {
      return words
    }
    if let words = try rtu?.readRegisters(
      table, at: address, count: count, unit: unit, timeout: timeout)
    {
      return words
    }
    if let words = try rtuOverTCP?.readRegisters(
      table, at: address, count: count, unit: unit, timeout: timeout)
    {
      return words
    }
    preconditionFailure("a line is of some kind")
  }

  /// Asks a unit who it is (function 43, type 14).
  /// - Throws: `exception` where it does not know the function, as most do not.
  public func identify(
    unit: UInt8, timeout: Duration
  ) throws(BusError) -> DeviceIdentification {
    var identification = DeviceIdentification()
    for _ in 0..<DeviceIdentification.requestsMax {
      let answer = try ask(identification.request, of: unit, timeout: timeout)
      guard try identification.take(answer) else { break }
    }
    return identification
  }

  private func ask(
    _ body: [UInt8], of unit: UInt8, timeout: Duration
  ) throws(BusError) -> [UInt8] {
    if let answer = try tcp?.ask(body, of: unit, timeout: timeout) { return answer }
    if let answer = try rtu?.ask(body, of: unit, timeout: timeout) { return answer }
    if let answer = try rtuOverTCP?.ask(body, of: unit, timeout: timeout) { return answer }
    preconditionFailure("a line is of some kind")
  }
}
