internal import CLinux

/// What this process uses, as the kernel counts it.
public enum ProcessUse {
  /// Memory that is in use, in bytes (VmRSS of proc_pid_status(5)); 0 where /proc does not tell.
  public static var residentBytes: UInt64 { number(after: "VmRSS:") * 1_024 }

  /// Threads (Threads of proc_pid_status(5)); 0 where /proc does not tell.
  public static var threads: UInt64 { number(after: "Threads:") }

  /// Processor time used, in user and kernel mode (getrusage(2)).
  public static var cpu: Duration {
    var usage = rusage()
    getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
    return .seconds(Int64(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec))
      + .microseconds(Int64(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec))
  }

  /// The file has some 60 short lines.
  private static let bytesMax = 16 * 1_024

  private static func number(after name: StaticString) -> UInt64 {
    // Without /proc there is no answer.
    let text = (try? Files.read("/proc/self/status", limit: bytesMax)) ?? []
    let name = Array("\(name)".utf8)
    for line in text.split(separator: UInt8(ascii: "\n")) where line.starts(with: name) {
      var number: UInt64 = 0
      for byte in line where (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
        number = number &* 10 &+ UInt64(byte - UInt8(ascii: "0"))
      }
      return number
    }
    return 0
  }
}
