public import Configuration

/// The asking side of a Modbus line. Whoever owns it owns the line: one request at a time.
public protocol ModbusMaster: ~Copyable {
  /// Reads consecutive registers or bits of one unit, function codes 01 to 04 (MODBUS Application
  /// Protocol V1.1b3, 6.1 to 6.4).
  /// - Parameters:
  ///   - table: which of the unit's tables.
  ///   - address: the protocol address of the first register, from 0.
  ///   - count: how many, 1 to 125 registers or 1 to 2,000 bits.
  ///   - unit: the unit identifier.
  ///   - timeout: how long the unit may take to answer.
  /// - Returns: exactly `count` words; a bit is a word of 0 or 1.
  /// - Throws: why there is no answer, or none that fits the question.
  mutating func readRegisters(
    _ table: RegisterTable, at address: UInt16, count: Int, unit: UInt8, timeout: Duration
  ) throws(BusError) -> [UInt16]
}
