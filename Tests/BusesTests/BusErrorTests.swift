import CModbus
import Drivers
import System
import Testing

@testable import Buses

struct BusErrorTests {
  @Test(
    arguments: [
      (ETIMEDOUT, .timeout), (EINPROGRESS, .timeout), (ECONNREFUSED, .connectionRefused),
      (EHOSTUNREACH, .unreachable), (ENETUNREACH, .unreachable), (ECONNRESET, .connectionLost),
      (EPIPE, .connectionLost), (EBADF, .connectionLost),
      (EIO, .connectionLost), (ENODEV, .connectionLost), (ENXIO, .connectionLost),
      (EMFILE, .system(EMFILE)),
      (0, .system(0)),
    ] as [(Int32, BusError)])
  func `an error number of the system has its meaning`(errno: Int32, expected: BusError) {
    #expect(BusError(errno: errno) == expected)
  }

  /// modbus.h: MODBUS_ENOBASE is 112345678, exceptions count from it, faults of the frame follow.
  @Test func `libmodbus's own numbers are exceptions up to 0B, then bad responses`() {
    for code in UInt8(1)...11 {
      #expect(
        BusError(errno: 112_345_678 + Int32(code)) == .exception(ModbusException(code: code)))
    }
    for number in Int32(112_345_690)...112_345_695 {
      #expect(BusError(errno: number) == .badResponse)
    }
    #expect(BusError(errno: 112_345_696) == .system(112_345_696))
  }

  @Test(
    arguments: [
      (ENOENT, .portNotFound), (ENODEV, .portNotFound), (ENXIO, .portNotFound),
      (EACCES, .permissionDenied), (EPERM, .permissionDenied), (EBUSY, .portBusy),
      (EIO, .connectionLost), (ENOTTY, .system(ENOTTY)),
    ] as [(Int32, BusError)])
  func `a port that does not open says why`(errno: Int32, expected: BusError) {
    #expect(BusError(opening: errno) == expected)
  }

  @Test func `a failure to connect keeps its reason`() {
    #expect(BusError(SocketError.nameNotFound(code: -2)) == .nameNotFound)
    #expect(BusError(SocketError.connectFailed(Errno(ECONNREFUSED))) == .connectionRefused)
    #expect(BusError(SocketError.connectFailed(.timedOut)) == .timeout)
    #expect(BusError(SocketError.connectFailed(.tooManyOpenFiles)) == .system(EMFILE))
  }
}

struct ReconnectPauseTests {
  @Test func `the pause doubles up to its maximum, and a success makes it short again`() {
    var pause = ReconnectPause(.seconds(1)...(.seconds(5)))
    #expect(pause.refusal(now: .zero) == nil)
    var now = Duration.seconds(100)
    for length in [1, 2, 4, 5, 5] {
      pause.failed(.unreachable, now: now)
      #expect(pause.refusal(now: now) == .unreachable)
      now += .seconds(length)
      #expect(pause.refusal(now: now - .nanoseconds(1)) == .unreachable)
      #expect(pause.refusal(now: now) == nil)
    }
    pause.succeeded()
    pause.failed(.timeout, now: now)
    #expect(pause.refusal(now: now + .milliseconds(999)) == .timeout)
    #expect(pause.refusal(now: now + .seconds(1)) == nil)
  }
}
