import Configuration
import Drivers
import Foundation
import System
import TestSupport
import Testing

@testable import Buses

/// The master and the line under it: speed, echo, ports that come and go.
struct RTULineTests {
  @Test(arguments: [4_800, 9_600, 19_200])
  func `between an answer and the next request there are 3.5 characters of silence`(baud: Int)
    throws
  {
    let line = try SimulatedLine(baud: baud) { [.init($0.answer, after: .milliseconds(2))] }
    var settings = SerialLine()
    settings.baud = baud
    settings.parity = .even
    var master = ModbusRTUMaster(
      SerialPort(path: line.path, line: settings), RTUFraming(gap: settings.frameGap))
    for address in UInt16(0)..<10 {
      #expect(
        master.read(address, unit: UInt8(address % 3) + 1) == .success([address, address + 1]))
    }
    let record = line.record
    let gap = Duration.nanoseconds(3_500_000_000 * 11 / Int64(baud))
    for request in record.requests.dropFirst() { #expect(request.gap >= gap) }
    #expect(record.requests.count == 10)
    #expect(record.collisions == 0)
  }

  @Test func `a long answer on a slow line has time beside the timeout`() throws {
    // 125 registers at 2400 baud take 1.2 s.
    let line = try SimulatedLine(baud: 2_400) { [.init($0.answer)] }
    var settings = SerialLine()
    settings.baud = 2_400
    var master = ModbusRTUMaster(SerialPort(path: line.path, line: settings))
    #expect(
      try master.readRegisters(.input, at: 0, count: 125, unit: 1, timeout: .seconds(1))
        == Array(0..<125))
  }

  @Test func `a unit that dies keeps nobody else from answering`() throws {
    let line = try SimulatedLine(baud: 9_600) { $0.unit == 5 ? [] : [.init($0.answer)] }
    var master = ModbusRTUMaster(SerialPort(path: line.path))
    for _ in 0..<2 {
      for unit in UInt8(1)...8 {
        let expected: Result<[UInt16], BusError> =
          unit == 5 ? .failure(.timeout) : .success([5, 6])
        #expect(master.read(unit: unit, timeout: .milliseconds(200)) == expected)
      }
    }
    #expect(line.record.collisions == 0)
  }

  @Test func `an echo is discarded exactly`() throws {
    let line = try SimulatedLine(baud: 38_400, isEchoed: true) { [.init($0.answer)] }
    var master = ModbusRTUMaster(
      SerialPort(path: line.path), RTUFraming(isEchoed: true), reopenPauses: .zero...(.zero))
    for address in UInt16(0)..<10 {
      #expect(master.read(address) == .success([address, address + 1]))
    }
  }

  @Test func `with an echo, exceptions and silence are told as without`() throws {
    let line = try SimulatedLine(isEchoed: true) { request in
      request.unit == 2 ? [.init(rtuFrame([2, 0x84, 2]))] : []
    }
    var master = ModbusRTUMaster(SerialPort(path: line.path), RTUFraming(isEchoed: true))
    #expect(master.read(unit: 2) == .failure(.exception(.illegalDataAddress)))
    #expect(master.read(unit: 1, timeout: .milliseconds(100)) == .failure(.timeout))
  }

  @Test func `an echo where none is expected, and none where one is, are bad responses`() throws {
    let echoing = try SimulatedLine(isEchoed: true) { [.init($0.answer)] }
    var surprised = ModbusRTUMaster(SerialPort(path: echoing.path))
    #expect(surprised.read() == .failure(.badResponse))
    let plain = try SimulatedLine { [.init($0.answer)] }
    var waiting = ModbusRTUMaster(SerialPort(path: plain.path), RTUFraming(isEchoed: true))
    #expect(waiting.read() == .failure(.badResponse))
  }

  @Test func `an adapter that is unplugged is used again when it is back, with its settings`()
    throws
  {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("godwit-port-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("usb-FTDI_0").path
    var settings = SerialLine()
    settings.baud = 19_200
    var master = ModbusRTUMaster(
      SerialPort(path: path, line: settings), reopenPauses: .zero...(.zero))
    // Nothing is there at the start.
    #expect(master.read() == .failure(.portNotFound))

    for _ in 0..<3 {
      let line = Locked<SimulatedLine?>(try SimulatedLine { [.init($0.answer)] })
      let target = try #require(line.withLock { $0?.path })
      try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
      #expect(master.read() == .success([5, 6]))
      #expect(line.withLock { $0?.wire.speed } == speed_t(B19200))
      // Out it goes, and then its path.
      line.withLock { $0 = nil }
      #expect(master.read() == .failure(.portLost))
      try FileManager.default.removeItem(atPath: path)
      #expect(master.read() == .failure(.portNotFound))
    }
  }

  @Test func `a cut in the middle of an answer is a bad response or a lost port`() throws {
    let line = Locked<SimulatedLine?>(
      try SimulatedLine(baud: 1_200) { [.init($0.answer)] })
    var master = ModbusRTUMaster(
      SerialPort(path: try #require(line.withLock { $0?.path })), reopenPauses: .zero...(.zero))
    _ = try System.Thread("cut") {
      Clock.sleep(for: .milliseconds(110))
      line.withLock { $0 = nil }
    }
    let result = master.read()
    #expect([.failure(.badResponse), .failure(.portLost)].contains(result))
    #expect(master.read() != .success([5, 6]))
  }

  @Test func `a port that is not there is left alone for a while`() throws {
    var master = ModbusRTUMaster(
      SerialPort(path: "/dev/no-such-line"), reopenPauses: .seconds(60)...(.seconds(60)))
    #expect(master.read() == .failure(.portNotFound))
    #expect(master.read() == .failure(.portNotFound))
  }

  @Test func `a port that another program has locked is busy, and is not touched`() throws {
    let line = try SimulatedLine { [.init($0.answer)] }
    let other = try FileDescriptor(opening: line.path, .readWrite)
    #expect(try other.lockExclusively())
    var settings = SerialLine()
    settings.baud = 115_200
    var master = ModbusRTUMaster(
      SerialPort(path: line.path, line: settings), reopenPauses: .zero...(.zero))
    let before = line.wire.speed
    #expect(master.read() == .failure(.portBusy))
    #expect(line.wire.speed == before)
  }

  @Test func `two masters do not share a port`() throws {
    let line = try SimulatedLine { [.init($0.answer)] }
    var first = ModbusRTUMaster(SerialPort(path: line.path))
    #expect(first.read() == .success([5, 6]))
    var second = ModbusRTUMaster(SerialPort(path: line.path))
    #expect(second.read() == .failure(.portBusy))
    #expect(first.read() == .success([5, 6]))
  }

  @Test(arguments: [LineDirection.kernel(RTSTiming()), .rts(RTSTiming())])
  func `a port without RS-485 or RTS is refused with the driver's word`(direction: LineDirection)
    throws
  {
    let line = try SimulatedLine { [.init($0.answer)] }
    var master = ModbusRTUMaster(SerialPort(path: line.path, direction: direction))
    guard case .failure(.system) = master.read() else {
      Issue.record("a pseudo-terminal has neither")
      return
    }
    #expect(line.record.requests.isEmpty)
  }

  @Test func `what is no serial port is refused`() {
    var master = ModbusRTUMaster(SerialPort(path: "/dev/null"))
    #expect(master.read() == .failure(.system(ENOTTY)))
  }
}
