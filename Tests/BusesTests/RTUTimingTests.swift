import Configuration
import Drivers
import TestSupport
import Testing

@testable import Buses

struct LineSilenceTests {
  private let gap = Duration.milliseconds(4)

  @Test func `after an answer the gap is left, less what has passed of it`() {
    var silence = LineSilence(gap: gap, now: .zero)
    silence.answered(now: .seconds(1))
    #expect(silence.remaining(now: .seconds(1)) == gap)
    #expect(silence.remaining(now: .milliseconds(1_003)) == .milliseconds(1))
    #expect(silence.remaining(now: .milliseconds(1_004)) == .zero)
    #expect(silence.remaining(now: .seconds(9)) == .zero)
  }

  @Test func `at the start, and after anything else, it is long enough for a lump of bytes`() {
    var silence = LineSilence(gap: gap, now: .seconds(1))
    #expect(silence.remaining(now: .seconds(1)) == LineSilence.lump)
    silence.answered(now: .seconds(2))
    silence.disturbed(now: .seconds(3))
    #expect(silence.remaining(now: .seconds(3)) == LineSilence.lump)
    silence.answered(now: .seconds(4))
    #expect(silence.remaining(now: .seconds(4)) == gap)
    // A gap that is longer than a lump is enough for both.
    #expect(LineSilence(gap: .seconds(1), now: .zero).remaining(now: .zero) == .seconds(1))
  }
}

struct LateAnswersTests {
  private let timeout = Duration.seconds(1)
  private let first = ModbusRequest(table: .input, address: 0, count: 2, unit: 1)

  private func other(
    address: UInt16 = 10, count: Int = 2, unit: UInt8 = 1, table: RegisterTable = .input
  ) -> ModbusRequest {
    ModbusRequest(table: table, address: address, count: count, unit: unit)
  }

  @Test func `only one of the same unit, function and length can be mistaken`() {
    var late = LateAnswers()
    #expect(late.deadline(before: other(), now: .seconds(5)) == nil)
    late.missed(first, sent: .seconds(5), timeout: timeout)
    #expect(late.deadline(before: other(), now: .seconds(6)) == .seconds(7))
    for request in [
      first, other(count: 3), other(unit: 2), other(table: .holding),
      other(address: 0, table: .holding),
    ] {
      #expect(late.deadline(before: request, now: .seconds(6)) == nil)
    }
    #expect(late.deadline(before: other(), now: .seconds(7)) == nil)
  }

  @Test func `bits of another number are told apart by bytes only`() {
    var late = LateAnswers()
    late.missed(other(count: 9, table: .coil), sent: .zero, timeout: timeout)
    #expect(late.deadline(before: other(count: 16, table: .coil), now: .zero) != nil)
    #expect(late.deadline(before: other(count: 8, table: .coil), now: .zero) == nil)
  }

  @Test func `what has come is not waited for any more`() {
    var late = LateAnswers()
    late.missed(first, sent: .zero, timeout: timeout)
    late.missed(other(address: 20), sent: .milliseconds(1_500), timeout: timeout)
    #expect(late.deadline(before: other(), now: .milliseconds(1_600)) == .milliseconds(3_500))
    // Noise, another unit, another length, a refusal, a wrong check: none of them is it.
    let others: [[UInt8]] = [
      [], [1], [0xFF, 0, 1, 4, 4], rtuFrame([2, 4, 4, 0, 1, 0, 2]), rtuFrame([1, 4, 2, 0, 5]),
      rtuFrame([1, 0x84, 2]), [1, 4, 4, 0, 1, 0, 2, 0, 0],
    ]
    for bytes in others { late.came(bytes, before: other()) }
    #expect(late.deadline(before: other(), now: .milliseconds(1_600)) == .milliseconds(3_500))
    late.came([0xFF] + rtuFrame([1, 4, 4, 0, 1, 0, 2]) + [0], before: other())
    #expect(late.deadline(before: other(), now: .milliseconds(1_600)) == .milliseconds(3_500))
    late.came(rtuFrame([1, 4, 4, 0, 1, 0, 2]), before: other())
    #expect(late.deadline(before: other(), now: .milliseconds(1_600)) == nil)
  }

  @Test func `of two requests that were the same the second answer is waited for`() {
    var late = LateAnswers()
    late.missed(first, sent: .zero, timeout: timeout)
    late.answered(first, sent: .milliseconds(1_020), timeout: timeout)
    #expect(late.deadline(before: other(), now: .milliseconds(2_010)) == .milliseconds(3_020))
    // An answer to what had not been missed leaves nothing open.
    late.answered(other(unit: 2), sent: .milliseconds(1_020), timeout: timeout)
    #expect(late.deadline(before: other(address: 50, unit: 2), now: .milliseconds(1_030)) == nil)
  }

  @Test func `it holds a bounded number`() {
    var late = LateAnswers()
    for unit in UInt8(1)...200 {
      late.missed(other(unit: unit), sent: .zero, timeout: timeout)
    }
    let open = (UInt8(1)...200).filter {
      late.deadline(before: other(address: 0, unit: $0), now: .zero) != nil
    }
    #expect(open.count == LateAnswers.capacity && open.last == 200)
  }
}

struct SerialTimingTests {
  /// MODBUS over Serial Line V1.02, 2.5.1.1: 11 bits a character; 1.75 ms above 19200 baud.
  @Test(
    arguments: [
      (1_200, 32_083_333), (9_600, 4_010_416), (19_200, 2_005_208), (38_400, 1_750_000),
      (115_200, 1_750_000),
    ] as [(Int, Int64)])
  func `the silence between frames is 3.5 characters`(baud: Int, nanoseconds: Int64) {
    var line = SerialLine()
    line.baud = baud
    // Half a character of less than a nanosecond.
    #expect(abs((line.frameGap - .nanoseconds(nanoseconds)) / .nanoseconds(1)) < 4)
  }

  @Test func `a character has 11 bits at least, and 12 where it is set so`() {
    var line = SerialLine()
    line.baud = 1_000_000
    #expect(line.characterTime == .microseconds(11))
    line.parity = .even
    #expect(line.characterTime == .microseconds(11))
    line.stopBits = 2
    #expect(line.characterTime == .microseconds(12))
  }
}
