internal import CModbus
internal import Drivers
internal import System

/// What an exchange of RTU frames needs of the world: the time, and what comes over a line that is
/// open. Tests have one in which an hour passes at once.
///
/// The line is a descriptor in libmodbus's context, which sends, finds the ends of frames and checks
/// them; so it is that which receives, and the time that it takes for it is this contract's.
protocol RTUWire {
  /// The time since boot.
  var now: Duration { get }

  /// Lets time pass.
  mutating func pause(for time: Duration)

  /// Waits for bytes.
  /// - Returns: how many came; 0 where none came in time; or a negative errno.
  mutating func hear(_ descriptor: Int32, into buffer: inout [UInt8], for time: Duration) -> Int32

  /// Waits for a frame, by modbus_receive_confirmation(3).
  /// - Returns: its length; 0 where it is another unit's; or a negative errno.
  mutating func receive(
    _ context: OpaquePointer, into frame: inout [UInt8], for time: Duration
  ) -> Int32
}

/// The line and the clock of this machine.
struct SystemWire: RTUWire {
  var now: Duration { Clock.sinceBoot }

  func pause(for time: Duration) {
    Clock.sleep(for: time)
  }

  func hear(_ descriptor: Int32, into buffer: inout [UInt8], for time: Duration) -> Int32 {
    buffer.withUnsafeMutableBufferPointer {
      cmodbus_hear(descriptor, time.nanosecondsToWait, $0.baseAddress, $0.count)
    }
  }

  func receive(
    _ context: OpaquePointer, into frame: inout [UInt8], for time: Duration
  ) -> Int32 {
    let (seconds, microseconds) = time.forLibModbus
    modbus_set_response_timeout(context, seconds, microseconds)
    return frame.withUnsafeMutableBufferPointer {
      cmodbus_receive_answer(context, $0.baseAddress)
    }
  }
}
