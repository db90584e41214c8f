import Configuration
import Drivers
import Foundation
import System
import TestSupport
import Testing

@testable import Buses

/// The server at one end of a pseudo-terminal, the test at the other.
private final class SerialRig {
  private let line: PseudoTerminal
  private let stop: Wakeup
  private let thread: System.Thread

  init(unit: UInt8) throws {
    line = try PseudoTerminal()
    let server = try ModbusServer(serial: line.path, SerialLine(), unit: unit)
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
  }

  func send(_ bytes: [UInt8]) {
    #expect(line.send(bytes))
  }

  /// What comes within `milliseconds`, up to `count` bytes.
  func receive(_ count: Int, within milliseconds: Int = 2_000) -> [UInt8] {
    line.receive(count, within: .milliseconds(milliseconds))
  }
}

@Suite(.serialized) struct SerialServerTests {
  private let read = rtuFrame([17, 4, 0, 0, 0, 2])
  private let values = rtuFrame([17, 4, 4, 0x43, 0x66, 0x33, 0x33])

  /// The specification's own example of the check, 6.2.2: 02 07 gives 41 12.
  @Test func `the test's check is the specification's`() {
    #expect(rtuFrame([0x02, 0x07]) == [0x02, 0x07, 0x41, 0x12])
  }

  @Test func `it answers its unit on a serial line`() throws {
    let rig = try SerialRig(unit: 17)
    rig.send(read)
    #expect(rig.receive(values.count) == values)
    rig.send(rtuFrame([17, 4, 0, 1, 0, 2]))
    #expect(rig.receive(5) == rtuFrame([17, 0x84, 2]))
    rig.send(rtuFrame([17, 6, 0, 0, 0, 1]))
    #expect(rig.receive(5) == rtuFrame([17, 0x86, 1]))
    rig.send(rtuFrame([17, 4, 0, 0, 0, 0]))
    #expect(rig.receive(5) == rtuFrame([17, 0x84, 3]))
  }

  @Test func `it does not answer a broadcast or another unit, nor take its answer for a request`()
    throws
  {
    let rig = try SerialRig(unit: 17)
    rig.send(rtuFrame([0, 4, 0, 0, 0, 2]))
    rig.send(rtuFrame([0, 6, 0, 0, 0, 1]))
    rig.send(rtuFrame([18, 4, 0, 0, 0, 2]))
    rig.send(rtuFrame([18, 4, 4, 0, 1, 0, 2]))
    #expect(rig.receive(1, within: 300) == [])
    rig.send(read)
    #expect(rig.receive(values.count) == values)
    // This unit is dead, and the next request comes after the master's timeout.
    rig.send(rtuFrame([18, 4, 0, 0, 0, 2]))
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
