internal import CModbus
internal import Configuration
internal import Drivers

/// libmodbus's form of registers or bits that a server has; it frees itself.
struct RegisterMapping: ~Copyable {
  /// What modbus_reply(3) takes.
  let pointer: UnsafeMutablePointer<modbus_mapping_t>

  /// A mapping that has the words of `block` and no others.
  init(_ block: RegisterBlock) {
    let (start, count) = (UInt32(block.address), UInt32(block.words.count))
    func part(_ table: RegisterTable) -> (UInt32, UInt32) {
      block.table == table ? (start, count) : (0, 0)
    }
    let (coils, discrete) = (part(.coil), part(.discrete))
    let (holding, input) = (part(.holding), part(.input))
    guard
      let pointer = modbus_mapping_new_start_address(
        coils.0, coils.1, discrete.0, discrete.1, holding.0, holding.1, input.0, input.1)
    else { preconditionFailure("the C library has no memory") }
    self.pointer = pointer
    for (index, word) in block.words.enumerated() {
      switch block.table {
      case .coil: pointer.pointee.tab_bits[index] = word == 0 ? 0 : 1
      case .discrete: pointer.pointee.tab_input_bits[index] = word == 0 ? 0 : 1
      case .holding: pointer.pointee.tab_registers[index] = word
      case .input: pointer.pointee.tab_input_registers[index] = word
      }
    }
  }

  deinit {
    modbus_mapping_free(pointer)
  }
}
