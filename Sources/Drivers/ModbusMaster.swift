public import Configuration

/// The asking side of a Modbus line. Whoever owns it owns the line: one request at a time.
public protocol ModbusMaster: ~Copyable {
  /// Reads consecutive registers of one unit, function code 03 or 04 (MODBUS Application Protocol
  /// V1.1b3, 6.3 and 6.4).
  /// - Parameters:
  ///   - table: which of the unit's tables.
  ///   - address: the protocol address of the first register, from 0.
  ///   - count: how many, 1 to 125.
  ///   - unit: the unit identifier.
  ///   - timeout: how long the unit may take to answer.
  /// - Returns: exactly `count` words.
  /// - Throws: why there is no answer, or none that fits the question.
  mutating func readRegisters(
    _ table: RegisterTable, at address: UInt16, count: Int, unit: UInt8, timeout: Duration
  ) throws(BusError) -> [UInt16]
}
