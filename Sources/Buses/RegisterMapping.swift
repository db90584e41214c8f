internal import CModbus
internal import Configuration
internal import Drivers

/// libmodbus's form of registers that a server has; it frees itself.
struct RegisterMapping: ~Copyable {
  /// What modbus_reply(3) takes.
  let pointer: UnsafeMutablePointer<modbus_mapping_t>

  /// A mapping that has the registers of `block` and no others.
  init(_ block: RegisterBlock) {
    let (start, count) = (UInt32(block.address), UInt32(block.words.count))
    let isInput = block.table == .input
    guard
      let pointer = modbus_mapping_new_start_address(
        0, 0, 0, 0, isInput ? 0 : start, isInput ? 0 : count, isInput ? start : 0,
        isInput ? count : 0)
    else { preconditionFailure("the C library has no memory") }
    self.pointer = pointer
    let words = isInput ? pointer.pointee.tab_input_registers : pointer.pointee.tab_registers
    for (index, word) in block.words.enumerated() { words?[index] = word }
  }

  deinit {
    modbus_mapping_free(pointer)
  }
}
