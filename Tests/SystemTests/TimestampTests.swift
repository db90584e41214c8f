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
}
