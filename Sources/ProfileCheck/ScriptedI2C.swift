internal import Configuration
internal import Drivers

/// An I2C bus with one device, which has the registers and answers of an example.
struct ScriptedI2C: I2CLine {
  private let test: I2CTest
  /// The registers that the profile writes; all else that is written is a command.
  private let registers: [UInt8]
  /// What was sent last, from which an answer comes.
  private var last: [UInt8] = []
  /// How often each question has been asked.
  private var turns: [(question: [UInt8], count: Int)] = []
  /// What was written to registers, in order.
  private(set) var writes: [(register: UInt8, bytes: [UInt8])] = []
  /// Everything else that was sent, in order.
  private(set) var sent: [[UInt8]] = []
  /// Which of the example's `replies` have been asked for.
  private(set) var usedReplies: [Bool]

  init(_ test: I2CTest, of profile: I2CProfile) {
    self.test = test
    registers = (profile.setup + profile.constants + profile.sample).flatMap { $0.registers }
    usedReplies = [Bool](repeating: false, count: test.replies.count)
  }

  /// What was written to one register, in order.
  func written(to register: UInt8) -> [[UInt8]] {
    writes.compactMap { $0.register == register ? $0.bytes : nil }
  }

  mutating func transfer(_ transfer: inout I2CTransfer) throws(BusError) {
    guard transfer.address == test.site.address else { throw .noAcknowledge }
    let isRead = !transfer.received.isEmpty
    if !transfer.written.isEmpty {
      last = transfer.written
      note(last, isRead: isRead)
    }
    guard isRead else { return }
    let answer = try answer()
    // What is not driven is high.
    for index in transfer.received.indices {
      transfer.received[index] = index < answer.count ? answer[index] : 0xFF
    }
  }

  private mutating func note(_ bytes: [UInt8], isRead: Bool) {
    if isRead, test.entry(ofRegister: bytes[0]) != nil { return }
    if !isRead, registers.contains(bytes[0]) {
      writes.append((bytes[0], Array(bytes.dropFirst())))
    } else {
      sent.append(bytes)
    }
  }

  /// What the device answers this time; the last of several answers stays.
  private mutating func answer() throws(BusError) -> [UInt8] {
    let answers: [[UInt8]]
    if let place = test.replies.firstIndex(where: { $0.sent == last }) {
      usedReplies[place] = true
      answers = test.replies[place].answers
    } else if let register = last.first, let entry = test.entry(ofRegister: register) {
      answers = entry.bytes.map { Array($0.dropFirst(Int(register - entry.register))) }
    } else {
      throw .noAcknowledge
    }
    guard let turn = turns.firstIndex(where: { $0.question == last }) else {
      turns.append((last, 1))
      return answers[0]
    }
    defer { turns[turn].count += 1 }
    return answers[min(turns[turn].count, answers.count - 1)]
  }
}

extension I2CTest {
  /// The entry that has a register: its own, or one that begins before and goes so far.
  fileprivate func entry(ofRegister address: UInt8) -> Answers? {
    registers.first { $0.register == address }
      ?? registers.first {
        $0.register < address && $0.bytes[0].count > Int(address - $0.register)
      }
  }
}

extension I2CStep {
  /// The registers that it writes.
  fileprivate var registers: [UInt8] {
    switch action {
    case .write(let data) where data.registerBytes == 1, .ensure(let data):
      if case .byte(let byte) = data.parts.first { [byte] } else { [] }
    case .forEachChannel(let steps): steps.flatMap { $0.registers }
    case .write, .read, .wait, .until: []
    }
  }
}
