internal import CLinux

/// Random numbers of the kernel (getrandom(2)), for identities and for jitter.
public struct Random: RandomNumberGenerator, Sendable {
  /// Makes a source; it has no state of its own.
  public init() {}

  /// 64 random bits.
  public mutating func next() -> UInt64 {
    var bits: UInt64 = 0
    let count = withUnsafeMutableBytes(of: &bits) { bytes in
      getrandom(bytes.baseAddress, bytes.count, 0)
    }
    precondition(count == MemoryLayout<UInt64>.size, "getrandom gives up to 256 bytes whole")
    return bits
  }
}
