import Spool
import TestSupport
import Testing

@testable import Pipeline

struct BootTimesTests {
  private func entry(
    _ number: UInt64, at milliseconds: Int64 = 1_000, isKnown: Bool = false
  ) -> BootTimes.Entry {
    BootTimes.Entry(
      bootID: Spool.BootID(high: number, low: ~number), bootMilliseconds: milliseconds,
      isKnown: isKnown)
  }

  @Test func `what is known takes the place of what was believed, and stays`() {
    var boots = BootTimes()
    func note(_ entry: BootTimes.Entry) -> Bool { boots.note(entry) }
    #expect(note(entry(1, at: 5)))
    #expect(!note(entry(1, at: 6)), "a belief is not replaced by another")
    #expect(note(entry(1, at: 7, isKnown: true)))
    #expect(!note(entry(1, at: 8, isKnown: true)))
    #expect(!note(entry(1, at: 9)))
    #expect(boots[Spool.BootID(high: 1, low: ~1)] == entry(1, at: 7, isKnown: true))
    #expect(boots[Spool.BootID(high: 2, low: ~2)] == nil)
  }

  @Test func `the 64 newest boots are kept, and their text is within its limit`() {
    var boots = BootTimes()
    for number in 1...70 as ClosedRange<UInt64> {
      _ = boots.note(entry(number, at: .min, isKnown: number % 2 == 0))
    }
    #expect(boots.entries.map(\.bootID.high) == Array(7...70))
    #expect(boots.text.count <= BootTimes.bytesMax)
    #expect(BootTimes(text: boots.text) == boots)
  }

  @Test func `a line reads as documented`() {
    var boots = BootTimes()
    _ = boots.note(entry(0xAB, at: 1_732_330_000_123, isKnown: true))
    // CRC-32C of the line before the last space, by another program.
    #expect(
      String(decoding: boots.text, as: UTF8.self)
        == "00000000000000abffffffffffffff54 1732330000123 known 000000004acadace\n")
  }

  @Test func `a byte that is another costs its line at most`() {
    var boots = BootTimes()
    for number in 1...3 as ClosedRange<UInt64> { _ = boots.note(entry(number)) }
    for offset in boots.text.indices {
      var text = boots.text
      text[offset] ^= 0x01
      let read = BootTimes(text: text)
      // A line feed that is none joins two lines, of which none is whole.
      #expect(read.entries.count >= 1)
      for entry in read.entries { #expect(boots.entries.contains(entry)) }
      for length in 0...offset {
        for entry in BootTimes(text: Array(boots.text[..<length])).entries {
          #expect(boots.entries.contains(entry))
        }
      }
    }
  }

  @Test func `bytes that mean nothing are passed over`() {
    var random = SplitMix64(seed: 4)
    for _ in 0..<500 {
      let text = (0..<Int.random(in: 0..<400, using: &random)).map { _ in
        [0x0A, 0x20, 0x30, 0x61, UInt8.random(in: 0...255, using: &random)].randomElement(
          using: &random) ?? 0
      }
      #expect(BootTimes(text: text).entries.isEmpty)
    }
  }
}
