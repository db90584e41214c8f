internal import CI2C
internal import Drivers

/// Transfers put as the calls of SMBus, for adapters that have nothing else (SMBus 3.2, 6.5).
enum SMBusTransfer {
  /// The longest block of SMBus (I2C_SMBUS_BLOCK_MAX).
  private static let blockMax = 32

  /// Does a transfer with the address that the adapter is set to.
  ///
  /// What is read from a register goes on with the next one where it does not fit a block, as a
  /// longer read would.
  /// - Parameter canReadBlock: whether the adapter reads blocks; else it reads register by register.
  static func perform(
    _ transfer: inout I2CTransfer, on fd: Int32, canReadBlock: Bool
  ) throws(BusError) {
    let count = transfer.received.count
    guard let first = transfer.written.first else {
      switch count {
      case 0: try check(i2c_smbus_write_quick(fd, UInt8(I2C_SMBUS_WRITE)))
      case 1: transfer.received[0] = UInt8(truncatingIfNeeded: try check(i2c_smbus_read_byte(fd)))
      default: throw .notSupported
      }
      return
    }
    guard count > 0 else {
      try write(first, transfer.written, on: fd)
      return
    }
    guard transfer.written.count == 1 else { throw .notSupported }
    var done = 0
    while done < count {
      let register = first &+ UInt8(truncatingIfNeeded: done)
      switch count - done {
      case 1:
        let byte = try check(i2c_smbus_read_byte_data(fd, register))
        transfer.received[done] = UInt8(truncatingIfNeeded: byte)
        done += 1
      case 2 where count == 2:
        // The low byte is the first on the wire.
        let word = try check(i2c_smbus_read_word_data(fd, register))
        transfer.received[0] = UInt8(truncatingIfNeeded: word)
        transfer.received[1] = UInt8(truncatingIfNeeded: word >> 8)
        done = 2
      default:
        done += try read(register, &transfer.received, done, on: fd, canReadBlock: canReadBlock)
      }
    }
  }

  private static func write(
    _ first: UInt8, _ bytes: [UInt8], on fd: Int32
  ) throws(BusError) {
    switch bytes.count {
    case 1: try check(i2c_smbus_write_byte(fd, first))
    case 2: try check(i2c_smbus_write_byte_data(fd, first, bytes[1]))
    case 3:
      try check(i2c_smbus_write_word_data(fd, first, UInt16(bytes[1]) | UInt16(bytes[2]) << 8))
    case 4...(blockMax + 1):
      let result = bytes.withUnsafeBufferPointer { buffer in
        i2c_smbus_write_i2c_block_data(
          fd, first, UInt8(buffer.count - 1), buffer.baseAddress.map { $0 + 1 })
      }
      try check(result)
    default: throw .notSupported
    }
  }

  private static func read(
    _ register: UInt8, _ bytes: inout [UInt8], _ done: Int, on fd: Int32, canReadBlock: Bool
  ) throws(BusError) -> Int {
    guard canReadBlock else {
      bytes[done] = UInt8(
        truncatingIfNeeded: try check(i2c_smbus_read_byte_data(fd, register)))
      return 1
    }
    let length = min(bytes.count - done, blockMax)
    let result = bytes.withUnsafeMutableBufferPointer { buffer in
      i2c_smbus_read_i2c_block_data(
        fd, register, UInt8(length), buffer.baseAddress.map { $0 + done })
    }
    guard try check(result) == length else { throw .badResponse }
    return length
  }

  @discardableResult
  private static func check(_ result: Int32) throws(BusError) -> Int32 {
    guard result >= 0 else { throw BusError(i2c: -result) }
    return result
  }
}
