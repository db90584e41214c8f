internal import CLinux

/// Standard output, whole and at once: nothing is kept back, so that a pipeline sees each message
/// when it comes.
public struct StandardOutput: ~Copyable {
  private let descriptor = FileDescriptor(owning: STDOUT_FILENO)

  /// Takes the stream over. On the threads that are started later and on this one, nobody reading any
  /// more is an error and not the signal SIGPIPE.
  public init() {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// Writes all of `bytes`.
  /// - Throws: `EPIPE` where nobody reads any more.
  public func write(_ bytes: [UInt8]) throws(Errno) {
    try bytes.withUnsafeBufferPointer { (bytes) throws(Errno) in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        do throws(Errno) {
          rest = UnsafeRawBufferPointer(rebasing: rest[try descriptor.write(rest)...])
        } catch {
          // Whoever started the program may share a descriptor that does not wait.
          guard error == .wouldBlock else { throw error }
          _ = try Poll.wait(for: descriptor, .writable, timeout: Poll.idle)
        }
      }
    }
  }
}

/// The terminal where a person sits.
public enum Terminal {
  /// Whether standard output is shown on one (isatty(3)).
  public static var isShown: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Whether standard input is a terminal (isatty(3)).
  public static var isThere: Bool { isatty(STDIN_FILENO) == 1 }

  /// What is typed until the end of the line, or what one read gives of it; nil at the end of input.
  public static func readLine() -> [UInt8]? {
    var line = [UInt8](repeating: 0, count: lineMax)
    let count = line.withUnsafeMutableBytes { buffer in
      var count: Int
      repeat {
        count = CLinux.read(STDIN_FILENO, buffer.baseAddress, buffer.count)
      } while count < 0 && Errno.last.rawValue == EINTR
      return count
    }
    guard count > 0 else { return nil }
    line.removeLast(line.count - count)
    return line
  }

  /// A terminal gives no more at once (N_TTY_BUF_SIZE of Linux).
  private static let lineMax = 4_096
}
