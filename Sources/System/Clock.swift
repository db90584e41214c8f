internal import CLinux

/// The two clocks of the machine.
///
/// Everything that is scheduled or timed out uses time since boot, a `Duration` which no clock
/// correction moves; wall time only labels readings for people.
public enum Clock {
  /// Time since boot, also through suspend (CLOCK_BOOTTIME, clock_gettime(2)).
  public static var sinceBoot: Duration { read(CLOCK_BOOTTIME) }

  /// Microseconds of CLOCK_MONOTONIC, by which systemd orders what it is told (sd_notify(3)).
  public static var monotonicMicroseconds: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
  }

  /// Milliseconds since 1970-01-01T00:00:00 UTC as the machine believes it (CLOCK_REALTIME).
  public static var unixMilliseconds: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
  }

  /// The wall clock, as time since 1970-01-01T00:00:00 UTC, less the time since boot: it changes only
  /// when the wall clock is set or corrected.
  public static var wallOffset: Duration {
    let before = sinceBoot
    let wall = read(CLOCK_REALTIME)
    // As if both had been read at once.
    return wall - (before + sinceBoot) / 2
  }

  /// Whether something keeps the wall clock right, NTP for example, as the kernel was told: its state
  /// is not TIME_ERROR (adjtimex(2)).
  public static var isSynchronized: Bool {
    var state = timex()
    let answer = adjtimex(&state)
    return answer >= 0 && answer != TIME_ERROR
  }

  /// The same moment in the form that people read.
  public static var timestamp: Timestamp { Timestamp(unixMilliseconds: unixMilliseconds) }

  private static func read(_ clock: clockid_t) -> Duration {
    var time = timespec()
    clock_gettime(clock, &time)
    return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
  }

  /// Stops this thread for `duration`, signals or not (clock_nanosleep(2)).
  public static func sleep(for duration: Duration) {
    guard duration > .zero else { return }
    var request = timespec(duration)
    var remaining = timespec()
    while clock_nanosleep(CLOCK_MONOTONIC, 0, &request, &remaining) == EINTR {
      request = remaining
    }
  }
}

extension Duration {
  /// The whole milliseconds in it, rounded up, so that a wait of that many does not end early; of a
  /// length beyond 292 million years, the nearest that there is.
  public var milliseconds: Int64 {
    let (seconds, attoseconds) = components
    let (whole, isTooLong) = seconds.multipliedReportingOverflow(by: 1_000)
    let rest = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    let (sum, isTooLongWithRest) = whole.addingReportingOverflow(rest)
    guard isTooLong || isTooLongWithRest else { return sum }
    return seconds < 0 ? .min : .max
  }
}

extension timespec {
  /// The same length of time in the C library's form; negative lengths become zero.
  init(_ duration: Duration) {
    let (seconds, attoseconds) = max(duration, .zero).components
    self.init(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
  }
}
