extension Spool {
  /// What a lane has cost the device since it began, across restarts. After a crash the last of it
  /// may be missing.
  public struct Wear: Equatable, Sendable {
    /// Bytes written to files; what the file system adds is not among them.
    public internal(set) var bytesWritten: UInt64 = 0
    /// How often records were made durable (fdatasync(2)).
    public internal(set) var syncs: UInt64 = 0

    /// None so far.
    init() {}

    /// Reads what is on disk.
    init(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
      bytesWritten = bytes.littleEndian(UInt64.self, at: offset)
      syncs = bytes.littleEndian(UInt64.self, at: offset + 8)
    }

    /// Puts it where it is on disk.
    func store(in bytes: inout [UInt8], at offset: Int) {
      bytes.store(bytesWritten, at: offset)
      bytes.store(syncs, at: offset + 8)
    }
  }
}
