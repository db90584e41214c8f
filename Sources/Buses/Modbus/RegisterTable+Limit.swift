internal import Configuration

extension RegisterTable {
  /// The most that one request may ask for (MODBUS Application Protocol V1.1b3, 6.1 to 6.4).
  var countMax: Int {
    switch self {
    case .holding, .input: ModbusConnection.registersPerReadMax
    case .coil, .discrete: 2_000
    }
  }
}
