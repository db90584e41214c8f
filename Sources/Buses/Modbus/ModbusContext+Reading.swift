internal import CModbus
internal import Configuration

extension ModbusContext {
  /// Asks for as many registers or bits as `words` has room for, and waits for the answer. A bit is
  /// a word of 0 or 1 (modbus_read_registers(3), modbus_read_bits(3) and their like).
  /// - Returns: how many came, or a negative errno.
  func read(_ table: RegisterTable, at address: UInt16, into words: inout [UInt16]) -> Int32 {
    let count = Int32(words.count)
    switch table {
    case .holding:
      return words.withUnsafeMutableBufferPointer {
        cmodbus_read_holding(pointer, Int32(address), count, $0.baseAddress)
      }
    case .input:
      return words.withUnsafeMutableBufferPointer {
        cmodbus_read_input(pointer, Int32(address), count, $0.baseAddress)
      }
    case .coil, .discrete:
      var bits = [UInt8](repeating: 0, count: words.count)
      let result = bits.withUnsafeMutableBufferPointer {
        table == .coil
          ? cmodbus_read_coils(pointer, Int32(address), count, $0.baseAddress)
          : cmodbus_read_discrete(pointer, Int32(address), count, $0.baseAddress)
      }
      for index in bits.indices { words[index] = UInt16(bits[index]) }
      return result
    }
  }
}

extension RegisterTable {
  /// The most that one request may ask for (MODBUS Application Protocol V1.1b3, 6.1 to 6.4).
  var countMax: Int {
    switch self {
    case .holding, .input: ModbusConnection.registersPerReadMax
    case .coil, .discrete: 2_000
    }
  }
}
