extension Node {
  /// A unit identifier: 0 to 247, or 255.
  ///
  /// What is behind a gateway has 1 to 247; over TCP the server itself is 255 or 0. The rest is
  /// reserved, and libmodbus does not speak to it (MODBUS over Serial Line V1.02, 2.2; MODBUS
  /// Messaging on TCP/IP Implementation Guide V1.0b, 4.4.2.1).
  func unit() throws(ConfigurationError) -> UInt8 {
    let expected = "a unit from 0 to 247, or 255"
    guard case .scalar(let text, _) = content,
      let value = NumberText.integer(text).flatMap({ UInt8(exactly: $0) }),
      value <= 247 || value == 255
    else { throw mismatch(expected: expected) }
    return value
  }
}

extension Bus.Link {
  /// Whether a device can have that unit identifier here. On a serial line 0 is everybody, and
  /// nobody answers (MODBUS over Serial Line V1.02, 2.2).
  func allows(unit: UInt8) -> Bool {
    switch self {
    case .modbusTCP: true
    case .i2c, .gpio, .sysfs: false
    case .modbusRTU, .modbusRTUOverTCP: (1...247).contains(unit)
    }
  }
}
