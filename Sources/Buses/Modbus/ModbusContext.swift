internal import CModbus

/// A context of libmodbus; it frees itself, and closes the line that libmodbus has opened.
struct ModbusContext: ~Copyable {
  /// What libmodbus's functions take.
  let pointer: OpaquePointer

  /// Takes over what a `modbus_new_` function has returned.
  init(owning pointer: OpaquePointer) {
    self.pointer = pointer
  }

  deinit {
    modbus_close(pointer)
    modbus_free(pointer)
  }
}

extension Duration {
  /// Seconds and microseconds as libmodbus takes them: at least one microsecond, for it refuses
  /// zero, and at most a day.
  var forLibModbus: (seconds: UInt32, microseconds: UInt32) {
    let (seconds, attoseconds) =
      Swift.min(Swift.max(self, .microseconds(1)), .seconds(86_400)).components
    return (UInt32(seconds), UInt32(attoseconds / 1_000_000_000_000))
  }
}
