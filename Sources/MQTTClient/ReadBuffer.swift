/// Room for what is read at once. It begins small, and doubles while what comes fills it.
struct ReadBuffer {
  /// What was read last, and room behind it.
  private(set) var bytes = [UInt8](repeating: 0, count: sizeMin)
  private var isFull = false

  /// A broker's answer to a message has four bytes, so this is many of them.
  static let sizeMin = 2 * 1_024
  /// The longest record of TLS. Messages of 64 KiB take half the CPU time with it that they take
  /// with `sizeMin`, in TLS and without; more than this gains little.
  static let sizeMax = 16 * 1_024

  /// Has `read` put bytes into the room, after making more of it where the last ones filled it.
  /// - Returns: what `read` returns, which is how many bytes it has put there.
  mutating func fill<Failure: Error>(
    _ read: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int?
  ) throws(Failure) -> Int? {
    if isFull, bytes.count < ReadBuffer.sizeMax {
      bytes = Array(repeating: 0, count: 2 * bytes.count)
    }
    isFull = false
    let count = try bytes.withUnsafeMutableBufferPointer { (bytes) throws(Failure) in
      try read(UnsafeMutableRawBufferPointer(bytes))
    }
    isFull = count == bytes.count
    return count
  }
}
