internal import CLinux

/// An error number of the C library, as the call that failed left it (errno(3)).
public struct Errno: Error, Equatable, Sendable {
  /// The number itself, e.g. `ENOENT`.
  public let rawValue: Int32

  /// Wraps a number that a call has returned or stored.
  public init(_ rawValue: Int32) {
    self.rawValue = rawValue
  }

  /// The number that the last failed call of this thread left in errno.
  public static var last: Errno { Errno(clinux_errno()) }

  /// EAGAIN: nothing to read, or no room to write, without waiting.
  public static let wouldBlock = Errno(EAGAIN)
  /// ENOENT: no such file or directory.
  public static let noSuchFile = Errno(ENOENT)
  /// EEXIST: there is one already.
  public static let fileExists = Errno(EEXIST)
  /// EINPROGRESS: a connection is under way.
  public static let inProgress = Errno(EINPROGRESS)
  /// ETIMEDOUT: the other end did not answer in time.
  public static let timedOut = Errno(ETIMEDOUT)
  /// EMFILE: this process has as many open files as it may.
  public static let tooManyOpenFiles = Errno(EMFILE)
  /// EFBIG: larger than the caller wants to hold.
  public static let fileTooLarge = Errno(EFBIG)
  /// EPIPE: nobody reads what is written.
  public static let brokenPipe = Errno(EPIPE)
  /// ENODEV: the device is gone, or is no such device.
  public static let noSuchDevice = Errno(ENODEV)
  /// ENXIO: the device, or its address, is not there.
  public static let noSuchAddress = Errno(ENXIO)
  /// ENODATA: the driver has none.
  public static let noData = Errno(ENODATA)
  /// EINVAL: an argument that cannot be meant.
  public static let invalidArgument = Errno(EINVAL)

  /// The C library's words for the number, e.g. "No such file or directory" (strerror_r(3)).
  public var text: String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Errno.textCapacity) { buffer in
      guard let base = buffer.baseAddress, strerror_r(rawValue, base, buffer.count) == 0 else {
        return "error \(rawValue)"
      }
      return String(cString: base)
    }
  }

  /// glibc's longest message is under 60 bytes; twice that leaves room for others.
  private static let textCapacity = 128
}

/// Calls `body` again for as long as a signal interrupts it, and throws errno where it returns a
/// negative number. The one place where errno becomes a Swift error.
func retryingOnInterrupt<Result: SignedInteger & FixedWidthInteger>(
  _ body: () -> Result
) throws(Errno) -> Result {
  while true {
    let result = body()
    if result >= 0 { return result }
    let error = Errno.last
    if error.rawValue != EINTR { throw error }
  }
}
