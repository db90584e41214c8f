// The standard library's own ways to copy many bytes go byte by byte in Embedded Swift, at seven
// instructions each. These are one memmove(3).

extension UnsafeMutableBufferPointer<UInt8> {
  /// Copies all of `bytes` to the beginning.
  @inline(__always)
  func copyBlock(_ bytes: Span<UInt8>) {
    precondition(bytes.count <= count, "the room is counted before")
    bytes.withUnsafeBufferPointer {
      UnsafeMutableRawBufferPointer(self).copyMemory(from: UnsafeRawBufferPointer($0))
    }
  }
}

extension [UInt8] {
  /// A copy of `bytes`.
  init(copying bytes: Span<UInt8>) {
    self = bytes.withUnsafeBufferPointer { [UInt8](UnsafeRawBufferPointer($0)) }
  }
}
