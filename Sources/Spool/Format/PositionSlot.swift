internal import System

/// What is kept on disk of what has been settled: which sequences, and what became of them.
struct Position: Equatable {
  /// The store's identity.
  var identity: UInt32
  /// Every sequence up to this one is settled; 0 for none.
  var sequence: UInt64 = 0
  /// Ranges ahead of it that are settled, ascending, none next to another.
  var islands: [ClosedRange<UInt64>] = []
  /// What became of all these sequences.
  var counts = Counts()
  /// What the store has cost the device.
  var wear = Spool.Wear()
  /// Every record up to this sequence that is in a segment is on the device.
  var durable: UInt64 = 0

  /// The highest sequence that it speaks of.
  var last: UInt64 { islands.last?.upperBound ?? sequence }
}

/// The file that keeps the position: two slots, of which the one that is on the device for sure is
/// never written to, so that a write that is torn, or fails, leaves it. See docs/disk-format.md.
///
/// It is not synchronized at each write: the position may come back older than it was, and then
/// records are delivered twice, but none is lost.
struct PositionFile: ~Copyable {
  /// The name in the lane's directory.
  static let name = "position"

  /// Bytes of a slot, the unit in which devices promise to write whole.
  static let slotSize = 512

  /// Each slot has a block of its own: a block torn by a power cut takes only one with it.
  static let slotDistance: Int64 = 4_096

  /// As many as fit into a slot. Each stands for records acknowledged ahead of others, and what does
  /// not fit is delivered again after a restart.
  static let islandsMax = 23

  private static let magic: [UInt8] = Array("GWPOSITN".utf8)
  private static let version: UInt16 = 1
  private static let islandsOffset = 104
  private static let wearOffset = 472
  private static let durableOffset = 488
  private static let checksumOffset = 508

  private let file: SpoolFile
  private var generation: UInt64
  private var durableGeneration: UInt64
  private var written: Position?
  /// What was there when the file was opened, as long as it may be in memory only.
  private var found: Position?

  private init(file: SpoolFile, generation: UInt64, found: Position?) {
    self.file = file
    self.generation = generation
    self.found = found
    durableGeneration = generation
  }

  /// Opens the file or creates it, and reads the newest of its slots that is whole.
  static func open(
    in directory: String, tap: Tap?, newest: inout Position?
  ) throws(SpoolError) -> PositionFile {
    let file = try SpoolFile("\(directory)/\(name)", .openOrCreate, tap: tap)
    let generation = try read(file, &newest)
    return PositionFile(file: file, generation: generation, found: newest)
  }

  /// What the newest slot says that is whole; nil where there is none.
  static func saved(in directory: String) throws(SpoolError) -> Position? {
    var newest: Position?
    do {
      _ = try read(SpoolFile("\(directory)/\(name)", .reading, tap: nil), &newest)
    } catch {
      guard error.isMissingFile else { throw error }
    }
    return newest
  }

  /// Reads the newest slot that is whole.
  /// - Returns: its generation, or 0.
  static func read(_ file: SpoolFile, _ newest: inout Position?) throws(SpoolError) -> UInt64 {
    var generation: UInt64 = 0
    for slot in [0, slotDistance] {
      guard let found = decode(try file.read(at: slot, count: slotSize)) else { continue }
      if newest == nil || found.generation > generation {
        (generation, newest) = (found.generation, found.position)
      }
    }
    return generation
  }

  /// Makes durable what was there when the file was opened. It is written once more, the same in the
  /// same place: an fdatasync(2) that has failed may have left it in memory, marked clean.
  mutating func keep() throws(SpoolError) {
    guard let found else { return }
    try put(found, generation)
    try file.synchronizeData()
    self.found = nil
    written = found
  }

  private func put(_ position: Position, _ generation: UInt64) throws(SpoolError) {
    try file.write(
      PositionFile.encode(position, generation: generation),
      at: generation % 2 == 0 ? 0 : PositionFile.slotDistance)
  }

  /// Writes the position, unless it is there already, into the slot that does not hold the newest
  /// one that is durable.
  /// - Parameter isLast: also where only the wear is another; else that would be a reason to write
  ///   after each write.
  /// - Returns: bytes written.
  mutating func write(_ position: Position, isLast: Bool = false) throws(SpoolError) -> UInt64 {
    let isKept = found == nil
    try keep()
    if var written {
      if !isLast { written.wear = position.wear }
      if written == position { return isKept ? 0 : UInt64(PositionFile.slotSize) }
    }
    var next = generation + 1
    if next % 2 == durableGeneration % 2 { next += 1 }
    written = nil
    try put(position, next)
    generation = next
    written = position
    return UInt64(PositionFile.slotSize) * (isKept ? 1 : 2)
  }

  /// Makes what was written durable.
  mutating func synchronize() throws(SpoolError) {
    try keep()
    if written != nil, durableGeneration == generation { return }
    do {
      try file.synchronizeData()
    } catch {
      // The kernel may have let the page go; the next write must be a write.
      written = nil
      throw error
    }
    durableGeneration = generation
  }

  /// The bytes of a slot.
  static func encode(_ position: Position, generation: UInt64) -> [UInt8] {
    precondition(position.islands.count <= islandsMax, "the caller has chosen among them")
    var bytes = [UInt8](repeating: 0, count: slotSize)
    bytes.replaceSubrange(0..<8, with: magic)
    bytes.store(version, at: 8)
    bytes.store(UInt16(position.islands.count), at: 10)
    bytes.store(position.identity, at: 12)
    bytes.store(generation, at: 16)
    bytes.store(position.sequence, at: 24)
    position.counts.store(in: &bytes, at: 32)
    position.wear.store(in: &bytes, at: wearOffset)
    bytes.store(position.durable, at: durableOffset)
    for (index, island) in position.islands.enumerated() {
      bytes.store(island.lowerBound, at: islandsOffset + 16 * index)
      bytes.store(island.upperBound, at: islandsOffset + 16 * index + 8)
    }
    let checksum = bytes.withUnsafeBytes { bytes in
      CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes[..<checksumOffset]))
    }
    bytes.store(checksum, at: checksumOffset)
    return bytes
  }

  /// What a slot says; nil where it is not whole.
  static func decode(_ bytes: [UInt8]) -> (generation: UInt64, position: Position)? {
    guard bytes.count == slotSize, bytes.starts(with: magic) else { return nil }
    return bytes.withUnsafeBytes { bytes in
      let checksum = CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes[..<checksumOffset]))
      guard bytes.littleEndian(UInt32.self, at: checksumOffset) == checksum,
        bytes.littleEndian(UInt16.self, at: 8) == version,
        let counts = Counts(bytes, at: 32)
      else { return nil }
      let generation = bytes.littleEndian(UInt64.self, at: 16)
      var position = Position(identity: bytes.littleEndian(UInt32.self, at: 12))
      position.sequence = bytes.littleEndian(UInt64.self, at: 24)
      position.counts = counts
      position.wear = Spool.Wear(bytes, at: wearOffset)
      position.durable = bytes.littleEndian(UInt64.self, at: durableOffset)
      let islandsCount = Int(bytes.littleEndian(UInt16.self, at: 10))
      guard generation <= RecordHeader.sequenceMax, islandsCount <= islandsMax,
        position.sequence <= RecordHeader.sequenceMax,
        position.durable <= RecordHeader.sequenceMax
      else { return nil }
      var settled = position.sequence
      for index in 0..<islandsCount {
        let lower = bytes.littleEndian(UInt64.self, at: islandsOffset + 16 * index)
        let upper = bytes.littleEndian(UInt64.self, at: islandsOffset + 16 * index + 8)
        guard lower > position.last + 1, lower <= upper, upper <= RecordHeader.sequenceMax else {
          return nil
        }
        position.islands.append(lower...upper)
        settled += upper - lower + 1
      }
      // Each of these sequences met one fate.
      guard counts.sum == settled else { return nil }
      return (generation, position)
    }
  }
}
