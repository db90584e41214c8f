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
}
