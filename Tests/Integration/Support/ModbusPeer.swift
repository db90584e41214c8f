import Foundation
import TestSupport
import Testing

/// pymodbus as the meter: a Modbus server that nobody here wrote.
final class ModbusPeer {
  /// Where it is found.
  enum Place {
    case tcp
    /// RTU frames over TCP.
    case rtuOverTCP
    /// RTU frames on a serial port.
    case serial(String)
  }

  /// 0 on a serial port.
  let port: UInt16
  private let word: String
  private let file: String
  private let workplace: Workplace
  private var process: ChildProcess?

  /// The runs of input registers by unit and address of their first register.
  init(
    in workplace: Workplace, _ units: [UInt8: [UInt16: [UInt16]]], at place: Place = .tcp,
    port: UInt16? = nil
  ) throws {
    self.workplace = workplace
    switch place {
    case .tcp, .rtuOverTCP:
      self.port = try port ?? freePort()
      if case .tcp = place { word = "tcp:\(self.port)" } else { word = "rtu-tcp:\(self.port)" }
      file = "registers-\(self.port).json"
    case .serial(let path):
      self.port = 0
      word = path
      file = "registers-serial.json"
    }
    try set(units)
  }

  /// Gives registers their words, also while it runs; those it was made with can be set alone.
  func set(_ units: [UInt8: [UInt16: [UInt16]]]) throws {
    let json = units.map { unit, runs in
      let runs = runs.map { address, words in "\"\(address)\": \(words)" }
      return "\"\(unit)\": {\(runs.joined(separator: ", "))}"
    }
    try workplace.write(
      "{\"units\": {\(json.joined(separator: ", "))}}", to: file)
  }

  func start() async throws {
    let script = Workplace.root.appendingPathComponent("Tests/Integration/Peers/modbus_peer.py")
    let process = try workplace.start(
      Workplace.python, [script.path, word, workplace.path(file)])
    self.process = process
    let port = port
    try #require(
      try await eventually { port == 0 ? process.output.contains("ready") : isOpen(port) },
      "\(process.output)")
  }

  /// What it has to say, for messages of tests that fail.
  var output: String { process?.output ?? "" }

  func stop() {
    process?.killHard()
    process = nil
  }
}

extension [UInt16] {
  /// The registers of a number of single precision, the high word first.
  static func single(_ value: Float) -> [UInt16] {
    [UInt16(value.bitPattern >> 16), UInt16(truncatingIfNeeded: value.bitPattern)]
  }
}

/// The registers of the SDM630 as its maker prints them (SDM630-Modbus protocol document V1.8): the
/// addresses are theirs, the words are IEEE 754 binary32 worked out by hand.
enum SDM630 {
  /// All registers of a read must exist, so what has no value here is 0.
  static func registers(_ values: [UInt16: [UInt16]]) -> [UInt16: [UInt16]] {
    var words = [UInt16](repeating: 0, count: 0x017E)
    for (address, run) in values {
      words.replaceSubrange(Int(address)..<Int(address) + run.count, with: run)
    }
    return [0: words]
  }

  static let example: [UInt16: [UInt16]] = registers([
    0x0000: [0x4366, 0x3333],  // 230.2 V, phase 1
    0x0002: [0x4366, 0x999A],  // 230.6 V, phase 2
    0x0004: [0x4367, 0x0000],  // 231 V, phase 3
    0x0034: [0xC4BB, 0x8000],  // -1500 W, total
    0x0046: [0x4248, 0x0000],  // 50 Hz
    0x0048: [0x449A, 0x5000],  // 1234.5 kWh imported
    0x0156: [0x461C, 0x4000],  // 10000 kWh in all
  ])
}
