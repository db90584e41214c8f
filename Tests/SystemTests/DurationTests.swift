import System
import Testing

struct DurationTests {
  @Test(
    arguments: [
      (.zero, 0), (.nanoseconds(1), 1), (.milliseconds(1), 1), (.microseconds(1_001), 2),
      (.seconds(-1), -1_000), (.seconds(Int64.max), .max), (.seconds(Int64.min), .min),
      (.seconds(Int64.max / 1_000) + .milliseconds(999), .max),
    ] as [(Duration, Int64)])
  func `milliseconds are rounded up, and held to what there is`(
    duration: Duration, milliseconds: Int64
  ) {
    #expect(duration.milliseconds == milliseconds)
  }
}
