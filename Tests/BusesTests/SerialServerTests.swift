import Configuration
import Drivers
import Foundation
import System
import Testing

@testable import Buses

/// The server at one end of a pseudo-terminal, the test at the other.
private final class SerialRig {
  let line: Int32
  private let stop: Wakeup
  private let thread: System.Thread

  init(unit: UInt8) throws {
    // ioctl_tty(2): unlock the other end and ask for its number.
    let (setLock, getNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)
    var (isLocked, number): (Int32, Int32) = (0, -1)
    line = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    try #require(
      line >= 0 && ioctl(line, setLock, &isLocked) == 0 && ioctl(line, getNumber, &number) == 0)
    var settings = termios()
    tcgetattr(line, &settings)
    cfmakeraw(&settings)
    tcsetattr(line, TCSANOW, &settings)
    let server = try ModbusServer(serial: "/dev/pts/\(number)", SerialLine(), unit: unit)
    let stop = try Wakeup()
    self.stop = stop
    thread = try System.Thread("server") {
      do {
        try server.run(
          update: { _ in [RegisterBlock(table: .input, address: 0, words: [0x4366, 0x3333])] },
          until: stop)
      } catch {
        Issue.record("the server ended: \(error)")
      }
    }
  }

  deinit {
    stop.ring()
    thread.join(within: .seconds(5))
    close(line)
  }

  func send(_ bytes: [UInt8]) {
    #expect(write(line, bytes, bytes.count) == bytes.count)
  }

  /// What comes within `milliseconds`, up to `count` bytes.
  func receive(_ count: Int, within milliseconds: Int32 = 2_000) -> [UInt8] {
    var bytes: [UInt8] = []
    var request = pollfd(fd: line, events: Int16(POLLIN), revents: 0)
    while bytes.count < count, poll(&request, 1, milliseconds) == 1 {
      var byte: UInt8 = 0
      guard Glibc.read(line, &byte, 1) == 1 else { break }
      bytes.append(byte)
    }
    return bytes
  }
}

/// The check of a frame, bit by bit (MODBUS over Serial Line V1.02, 6.2.2), low byte first.
private func checked(_ bytes: [UInt8]) -> [UInt8] {
  var crc: UInt16 = 0xFFFF
  for byte in bytes {
    crc ^= UInt16(byte)
    for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xA001 : crc >> 1 }
  }
  return bytes + [UInt8(crc & 0xFF), UInt8(crc >> 8)]
}

@Suite(.serialized) struct SerialServerTests {
  private let read = checked([17, 4, 0, 0, 0, 2])
  private let values = checked([17, 4, 4, 0x43, 0x66, 0x33, 0x33])

  /// The specification's own example of the check, 6.2.2: 02 07 gives 41 12.
  @Test func `the test's check is the specification's`() {
    #expect(checked([0x02, 0x07]) == [0x02, 0x07, 0x41, 0x12])
  }

  @Test func `it answers its unit on a serial line`() throws {
    let rig = try SerialRig(unit: 17)
    rig.send(read)
    #expect(rig.receive(values.count) == values)
    rig.send(checked([17, 4, 0, 1, 0, 2]))
    #expect(rig.receive(5) == checked([17, 0x84, 2]))
    rig.send(checked([17, 6, 0, 0, 0, 1]))
    #expect(rig.receive(5) == checked([17, 0x86, 1]))
    rig.send(checked([17, 4, 0, 0, 0, 0]))
    #expect(rig.receive(5) == checked([17, 0x84, 3]))
  }

  @Test func `it does not answer a broadcast or another unit, nor take its answer for a request`()
    throws
  {
    let rig = try SerialRig(unit: 17)
    rig.send(checked([0, 4, 0, 0, 0, 2]))
    rig.send(checked([0, 6, 0, 0, 0, 1]))
    rig.send(checked([18, 4, 0, 0, 0, 2]))
    rig.send(checked([18, 4, 4, 0, 1, 0, 2]))
    #expect(rig.receive(1, within: 300) == [])
    rig.send(read)
    #expect(rig.receive(values.count) == values)
    // This unit is dead, and the next request comes after the master's timeout.
    rig.send(checked([18, 4, 0, 0, 0, 2]))
    #expect(rig.receive(1, within: 400) == [])
    rig.send(read)
    #expect(rig.receive(values.count) == values)
  }

  @Test func `a wrong check or half a frame is noise, and the next request is heard`() throws {
    let rig = try SerialRig(unit: 17)
    rig.send([17, 4, 0, 0, 0, 2, 0, 0])
    #expect(rig.receive(1, within: 300) == [])
    rig.send(read)
    #expect(rig.receive(values.count) == values)
    rig.send(Array(read[..<5]))
    #expect(rig.receive(1, within: 400) == [])
    rig.send(read)
    #expect(rig.receive(values.count) == values)
  }

  @Test func `a line that is not there, and a unit that cannot be, are refused`() {
    #expect(throws: Errno.noSuchFile) {
      try ModbusServer(serial: "/dev/no-such-line", SerialLine(), unit: 1)
    }
    #expect(throws: Errno.invalidArgument) {
      try ModbusServer(serial: "", SerialLine(), unit: 1)
    }
    #expect(throws: Errno.invalidArgument) {
      try ModbusServer(serial: "/dev/null", SerialLine(), unit: 0)
    }
    #expect(throws: Errno.invalidArgument) {
      try ModbusServer(serial: "/dev/null", SerialLine(), unit: 248)
    }
  }
}
