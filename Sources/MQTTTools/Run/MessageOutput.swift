internal import MQTT
internal import System

/// Standard output, whole and at once: nothing is kept back, so that a pipeline sees each message
/// when it comes.
struct MessageOutput: ~Copyable {
  private let descriptor = FileDescriptor(owning: 1)

  /// Writes all of `bytes`.
  /// - Throws: `EPIPE` where nobody reads any more.
  func write(_ bytes: [UInt8]) throws(Errno) {
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
