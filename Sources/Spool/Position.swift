internal import System

/// Up to where everything has been acknowledged, and what the numbers up to there stand for.
struct Position: Equatable {
  /// The spool's identity.
  var identity: UInt32
  /// Every record up to this sequence was acknowledged or is lost; 0 for none.
  var sequence: UInt64 = 0
  /// How many of those sequences were lost.
  var lost: UInt64 = 0
  /// How many of those sequences no record ever had.
  var skipped: UInt64 = 0
}

/// The file that keeps the position: two slots, written in turn, so that a power cut in the middle
/// of a write leaves the other. See docs/disk-format.md.
///
/// It is not synchronized at each write: the position may come back older than it was, and then
/// records are delivered twice, but none is lost.
struct PositionFile {
  /// The name in the spool's directory.
  static let name = "position"

  /// Bytes of a slot.
  static let slotSize = 64

  /// Each slot has a block of its own: a block torn by a power cut takes only one with it.
  static let slotDistance: Int64 = 4_096

  private static let magic: [UInt8] = Array("GWPOSITN".utf8)
  private static let version: UInt16 = 1

  let file: SpoolFile
  private var generation: UInt64

  /// Opens the file or creates it, and reads the newest of its slots that is whole.
  static func open(
    in directory: String, fault: Fault?
  ) throws(SpoolError) -> (file: PositionFile, position: Position?) {
    let file = try SpoolFile("\(directory)/\(name)", [.readWrite, .create], fault: fault)
    var newest: (generation: UInt64, position: Position)?
    for slot in [0, slotDistance] {
      guard let (generation, position) = decode(try file.read(at: slot, count: slotSize)) else {
        continue
      }
      if newest.map({ generation > $0.generation }) ?? true { newest = (generation, position) }
    }
    return (PositionFile(file: file, generation: newest?.generation ?? 0), newest?.position)
  }

  /// Writes the position into the slot that does not hold the newest one.
  mutating func write(_ position: Position) throws(SpoolError) {
    let next = generation + 1
    try file.write(
      PositionFile.encode(position, generation: next),
      at: next % 2 == 0 ? 0 : PositionFile.slotDistance)
    generation = next
  }

  static func encode(_ position: Position, generation: UInt64) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: slotSize)
    bytes.replaceSubrange(0..<8, with: magic)
    bytes.store(version, at: 8)
    bytes.store(position.identity, at: 12)
    bytes.store(generation, at: 16)
    bytes.store(position.sequence, at: 24)
    bytes.store(position.lost, at: 32)
    bytes.store(position.skipped, at: 40)
    let checksum = bytes.withUnsafeBytes { bytes in
      CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes[..<checksumOffset]))
    }
    bytes.store(checksum, at: checksumOffset)
    return bytes
  }

  private static func decode(_ bytes: [UInt8]) -> (generation: UInt64, position: Position)? {
    guard bytes.count == slotSize, bytes.starts(with: magic) else { return nil }
    return bytes.withUnsafeBytes { bytes in
      let checksum = CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes[..<checksumOffset]))
      let position = Position(
        identity: bytes.littleEndian(UInt32.self, at: 12),
        sequence: bytes.littleEndian(UInt64.self, at: 24),
        lost: bytes.littleEndian(UInt64.self, at: 32),
        skipped: bytes.littleEndian(UInt64.self, at: 40))
      let generation = bytes.littleEndian(UInt64.self, at: 16)
      guard bytes.littleEndian(UInt32.self, at: checksumOffset) == checksum,
        bytes.littleEndian(UInt16.self, at: 8) == version,
        generation <= RecordHeader.sequenceMax, position.sequence <= RecordHeader.sequenceMax,
        position.lost <= position.sequence, position.skipped <= position.sequence - position.lost
      else { return nil }
      return (generation, position)
    }
  }

  private static let checksumOffset = 60
}
