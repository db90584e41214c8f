import Configuration
import Telemetry
import Testing

@testable import Drivers

/// A bus with one device, which has the registers and answers of an example.
struct ScriptedI2C: I2CLine {
  /// What went over the bus.
  struct Log: Equatable {
    var written: [UInt8: [[UInt8]]] = [:]
    var sent: [[UInt8]] = []
  }

  private let test: I2CTest
  private let address: UInt8
  /// The registers that the profile writes; all else that is written is a command.
  private let registers: Set<UInt8>
  private var turns: [[UInt8]: Int] = [:]
  private var last: [UInt8] = []
  private(set) var log = Log()
  private(set) var transfers = 0
  /// By the number of the transfer, what goes wrong.
  var failures: [Int: BusError] = [:]
  /// By the number of the transfer, what is read instead.
  var overrides: [Int: [UInt8]] = [:]

  init(_ test: I2CTest, of profile: I2CProfile) {
    self.test = test
    address = test.site.address
    registers = Set((profile.setup + profile.constants + profile.sample).flatMap { $0.registers })
  }

  mutating func transfer(_ transfer: inout I2CTransfer) throws(BusError) {
    defer { transfers += 1 }
    if let failure = failures[transfers] { throw failure }
    guard transfer.address == address else { throw .noAcknowledge }
    let sent = transfer.written
    if !sent.isEmpty { last = sent }
    if !sent.isEmpty, transfer.received.isEmpty || test.register(sent[0]) == nil {
      if registers.contains(sent[0]), transfer.received.isEmpty {
        log.written[sent[0], default: []].append(Array(sent.dropFirst()))
      } else {
        log.sent.append(sent)
      }
    }
    guard !transfer.received.isEmpty else { return }
    let answers: [[UInt8]]
    if let override = overrides[transfers] {
      answers = [override]
    } else if let reply = test.replies.first(where: { $0.sent == last }) {
      answers = reply.answers
    } else if let register = last.first, let bytes = test.register(register) {
      answers = bytes
    } else {
      throw .noAcknowledge
    }
    let turn = min(turns[last, default: 0], answers.count - 1)
    turns[last, default: 0] += 1
    // What is not driven is high.
    for index in transfer.received.indices {
      transfer.received[index] = index < answers[turn].count ? answers[turn][index] : 0xFF
    }
  }
}

extension I2CStep {
  fileprivate var registers: [UInt8] {
    switch action {
    case .write(let data) where data.registerBytes == 1, .ensure(let data): data.first
    case .forEachChannel(let steps): steps.flatMap { $0.registers }
    default: []
    }
  }
}

extension I2CData {
  fileprivate var first: [UInt8] {
    if case .byte(let byte) = parts.first { [byte] } else { [] }
  }
}

extension I2CTest {
  /// What there is from a register on: its own entry, or the rest of one that begins before.
  fileprivate func register(_ address: UInt8) -> [[UInt8]]? {
    if let own = registers.first(where: { $0.register == address }) { return own.bytes }
    for entry in registers where entry.register < address {
      let skipped = Int(address - entry.register)
      if entry.bytes[0].count > skipped { return entry.bytes.map { Array($0.dropFirst(skipped)) } }
    }
    return nil
  }
}

extension DeviceProfile {
  /// What it says of an I2C device.
  var i2c: I2CProfile {
    guard case .i2c(let profile) = body else { preconditionFailure("an I2C profile") }
    return profile
  }

  /// A device that reads these points together.
  func device(_ points: [Int], at site: I2CSite) -> I2CDevice {
    I2CDevice(
      configuration: Device(
        name: "device", profile: self, bus: 0, site: .i2c(site), every: .seconds(1),
        points: points), index: 0)
  }

  /// Runs an example: what comes of it that its profile does not expect.
  func faults(in test: I2CTest) -> [String] {
    let points = test.expectations.compactMap { expectation in
      self.points.firstIndex { $0.name == expectation.point }
    }.sorted()
    var device = device(points, at: test.site)
    var line = ScriptedI2C(test, of: i2c)
    let sample = device.sample(
      group: 0, over: &line, unixMilliseconds: 0, sinceBoot: .zero, pause: { _ in }
    ).sample
    var faults: [String] = []
    for expectation in test.expectations {
      guard let place = sample.channels.firstIndex(where: { $0.name == expectation.point }) else {
        faults.append("\(expectation.point) is not read")
        continue
      }
      let outcome = sample.outcomes[place]
      var isMet = outcome.meets(expectation.content)
      if case .missing(let reason) = outcome, let wanted = expectation.reason, reason.name != wanted
      {
        isMet = false
      }
      if !isMet {
        faults.append(
          "\(expectation.point): \(outcome), expected \(expectation.content) \(expectation.reason ?? "")"
        )
      }
    }
    for entry in test.written where line.log.written[entry.register] != entry.bytes {
      faults.append("written to \(entry.register): \(line.log.written[entry.register] ?? [])")
    }
    if !test.sent.isEmpty, line.log.sent != test.sent { faults.append("sent: \(line.log.sent)") }
    return faults
  }
}
