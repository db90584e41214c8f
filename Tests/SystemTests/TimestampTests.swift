import Foundation
import System
import Testing

struct TimestampTests {
  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"),
      (951_782_400_000, "2000-02-29T00:00:00.000Z"),
      (1_732_330_000_123, "2024-11-23T02:46:40.123Z"),
      (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
      (-1, "1969-12-31T23:59:59.999Z"),
    ] as [(Int64, String)])
  func `known moments`(milliseconds: Int64, text: String) {
    #expect(Timestamp(unixMilliseconds: milliseconds).text == text)
  }

  @Test func `agrees with Foundation's calendar over 400 years`() throws {
    let formatter = ISO8601DateFormatter()
    formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
    // 41 days and some: no stride of the calendar divides it.
    for milliseconds in stride(
      from: Int64(-6_000_000_000_000), to: 7_000_000_000_000, by: 3_599_999_001)
    {
      let date = Date(timeIntervalSince1970: Double(milliseconds) / 1_000)
      let text = Timestamp(unixMilliseconds: milliseconds).text
      let parsed = try #require(formatter.date(from: text), "\(text)")
      #expect(abs(parsed.timeIntervalSince(date)) < 0.000_6, "\(text)")
    }
  }

  @Test(
    arguments: [
      ("1970-01-01", 0), ("2000-02-29T00:00Z", 951_782_400_000),
      ("2024-11-23T02:46:40.123Z", 1_732_330_000_123),
      ("2024-11-23 03:46:40.123+01:00", 1_732_330_000_123),
      ("2024-11-22T21:16:40.1234-05:30", 1_732_330_000_123),
      ("2100-03-01", 4_107_542_400_000), ("1969-12-31T23:59:59.999", -1),
      ("2016-12-31T23:59:60Z", 1_483_228_800_000),
    ] as [(String, Int64)])
  func `reads what people write`(text: String, milliseconds: Int64) {
    #expect(Timestamp(text: text)?.unixMilliseconds == milliseconds)
  }

  @Test(
    arguments: [
      "", "2026", "2026-1-1", "2026-13-01", "2026-00-10", "2026-02-29", "2100-02-29", "2026-04-31",
      "2026-11-23T", "2026-11-23T24:00", "2026-11-23T07:60", "2026-11-23T07:46:61",
      "2026-11-23T07:46:52.", "2026-11-23T07:46Zx", "2026-11-23T07:46+1", "2026-11-23T07:46+24:00",
      "2026-11-23T07", "-026-11-23", "2026-11-23T07:46:52,1Z", "２026-11-23",
    ])
  func `refuses what is no moment`(text: String) {
    #expect(Timestamp(text: text) == nil)
  }

  @Test func `reads what it writes`() {
    for milliseconds in stride(
      from: Int64(-6_000_000_000_000), to: 7_000_000_000_000, by: 3_599_999_001)
    {
      let text = Timestamp(unixMilliseconds: milliseconds).text
      #expect(Timestamp(text: text)?.unixMilliseconds == milliseconds, "\(text)")
    }
  }
}
