import Testing

@testable import QueueTool

struct TextTests {
  @Test(
    arguments: [
      (0, "0 B"), (1_023, "1023 B"), (1_024, "1 KiB"), (1_536, "1.5 KiB"), (102_400, "100 KiB"),
      (1 << 20, "1 MiB"), (5 << 29, "2.5 GiB"), (.max, "8388607 TiB"),
    ] as [(Int64, String)])
  func `bytes in the unit that suits them`(bytes: Int64, text: String) {
    #expect(size(bytes) == text)
  }

  @Test(
    arguments: [
      (0, "0 s"), (999, "0 s"), (1_000, "1 s"), (59_999, "59 s"), (60_000, "1 min"),
      (7_980_000, "2 h 13 min"), (86_400_000, "1 d"), (90_000_000, "1 d 1 h"), (-5, "0 s"),
    ] as [(Int64, String)])
  func `lengths of time in two units`(milliseconds: Int64, text: String) {
    #expect(words(milliseconds: milliseconds) == text)
  }

  @Test(
    arguments: [
      (0, "0 records"), (1, "1 record"), (999, "999 records"), (1_000, "1,000 records"),
      (1_234_567, "1,234,567 records"),
    ] as [(UInt64, String)])
  func `counts with their noun`(count: UInt64, text: String) {
    #expect(records(count) == text)
  }
}
