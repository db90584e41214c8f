/// An I2C bus as devices see it. Whoever owns it owns the bus: one transfer at a time.
public protocol I2CLine: ~Copyable {
  /// Writes the transfer's bytes and then fills its answer, with a repeated start between and no stop
  /// (I2C-bus specification UM10204, 3.1.10). Where one of both is empty only the other happens;
  /// where both are, the address alone goes over the bus.
  /// - Throws: why it did not happen; the answer is then worth nothing.
  mutating func transfer(_ transfer: inout I2CTransfer) throws(BusError)
}

/// Bytes to a device and bytes from it; made once and used again, so that nothing is allocated while
/// a device is read.
public struct I2CTransfer: Sendable {
  /// The device's address of 7 bits.
  public var address: UInt8
  /// What is written.
  public var written: [UInt8] = []
  /// What is read: as many bytes as it has before.
  public var received: [UInt8] = []

  /// A transfer without bytes.
  public init(address: UInt8) {
    self.address = address
  }

  /// Makes room for an answer.
  mutating func expect(_ count: Int) {
    received.removeAll(keepingCapacity: true)
    for _ in 0..<count { received.append(0) }
  }
}
