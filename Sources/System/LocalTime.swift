internal import CLinux

/// A moment as clocks on the wall show it, in the time zone of the environment (localtime_r(3)).
public struct LocalTime {
  /// Seconds since 1970-01-01T00:00:00 UTC.
  public let unixSeconds: Int64
  /// The nanoseconds of that second.
  public let nanoseconds: Int
  private var fields = tm()

  /// The time that the machine believes it is (CLOCK_REALTIME).
  public static var now: LocalTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return LocalTime(unixSeconds: Int64(time.tv_sec), nanoseconds: Int(time.tv_nsec))
  }

  /// A moment since 1970-01-01T00:00:00 UTC.
  public init(unixSeconds: Int64, nanoseconds: Int) {
    self.unixSeconds = unixSeconds
    self.nanoseconds = nanoseconds
    var seconds = time_t(unixSeconds)
    // localtime_r need not look at TZ, tzset must.
    tzset()
    localtime_r(&seconds, &fields)
  }

  /// Appends what strftime(3) makes of `%` and one character, in the C locale; nothing where it
  /// makes more than `textMax` bytes.
  public func append(_ conversion: UInt8, to text: inout [UInt8]) {
    let format: [CChar] = [CChar(UInt8(ascii: "%")), CChar(bitPattern: conversion), 0]
    var fields = fields
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: LocalTime.textMax) { buffer in
      guard let base = buffer.baseAddress else { return }
      let count = strftime(base, buffer.count, format, &fields)
      for character in buffer[..<count] { text.append(UInt8(bitPattern: character)) }
    }
  }

  /// The longest conversion, `%c`, has 24 bytes in the C locale.
  public static let textMax = 64
}
