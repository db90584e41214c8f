internal import CLinux

/// The streams that a program starts with.
public enum Output: Int32, Sendable {
  /// For what the program was asked to say.
  case standardOutput = 1
  /// For what went wrong.
  case standardError = 2
}

/// Writes text to a stream, whole, with no buffer between; an error is ignored, for there is nobody
/// left to tell (write(2)).
public func print(_ text: String, to output: Output) {
  let bytes = Array(text.utf8)
  bytes.withUnsafeBufferPointer { bytes in
    var rest = UnsafeRawBufferPointer(bytes)
    while !rest.isEmpty {
      let count = CLinux.write(output.rawValue, rest.baseAddress, rest.count)
      if count < 0 && Errno.last.rawValue == EINTR { continue }
      if count <= 0 { return }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }
}

/// Ends the process at once, whatever its threads do (exit(3)).
public func exitProcess(_ status: Int32) -> Never {
  exit(status)
}
