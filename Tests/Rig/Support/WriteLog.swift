import Foundation

/// What dm-log-writes has recorded of a disk: every write in the order in which it was durable at the
/// latest, each flush, and the marks that were set between them.
///
/// The format is told at the top of drivers/md/dm-log-writes.c, Linux 6.1: a sector with the head,
/// then for each entry a sector that describes it and the sectors that it wrote. Numbers are
/// little-endian; sectors of entries are in units of the head's sector size.
struct WriteLog {
  /// What the log does not tell as it should.
  struct Malformed: Error, Equatable {
    let reason: String
  }

  /// One thing that happened to the disk.
  struct Entry: Equatable {
    /// LOG_FLUSH_FLAG and so on.
    struct Flags: OptionSet {
      let rawValue: UInt64
      /// Whatever completed before is durable.
      static let flush = Flags(rawValue: 1)
      /// It is durable itself (forced unit access).
      static let durable = Flags(rawValue: 2)
      /// The sectors are not needed any more; nothing was written.
      static let discard = Flags(rawValue: 4)
      static let mark = Flags(rawValue: 8)
    }

    let flags: Flags
    /// Where it wrote, in bytes.
    let offset: Int
    /// What it wrote, as a range of the log's bytes; empty of a flush, a mark, a discard.
    let data: Range<Int>
    /// What a mark says.
    let mark: String?
  }

  static let magic: UInt64 = 0x6a_7366_7773_6872

  /// Enough for any log of a test; a head that promises more is none.
  private static let entriesMax: UInt64 = 10_000_000

  let bytes: Data
  let entries: [Entry]

  init(_ bytes: Data) throws {
    func number(_ offset: Int) throws -> UInt64 {
      guard offset >= 0, offset + 8 <= bytes.count else {
        throw Malformed(reason: "the log ends at \(bytes.count)")
      }
      return (0..<8).reduce(0) { $0 | UInt64(bytes[bytes.startIndex + offset + $1]) << ($1 * 8) }
    }
    func count(_ offset: Int, limit: Int) throws -> Int {
      let value = try number(offset)
      guard value <= UInt64(limit) else { throw Malformed(reason: "\(value) at \(offset)") }
      return Int(value)
    }
    guard try number(0) == Self.magic else { throw Malformed(reason: "no log of dm-log-writes") }
    guard try number(8) == 1 else { throw Malformed(reason: "an unknown version") }
    let entryCount = try number(16)
    let sector = Int(try number(24) & 0xFFFF_FFFF)
    guard sector >= 512, sector <= 65_536, sector & (sector - 1) == 0 else {
      throw Malformed(reason: "sectors of \(sector) bytes")
    }
    guard entryCount <= Self.entriesMax else { throw Malformed(reason: "\(entryCount) entries") }

    var entries: [Entry] = []
    var position = sector
    for _ in 0..<entryCount {
      let flags = Entry.Flags(rawValue: try number(position + 16))
      let offset = try count(position, limit: .max / sector / 4) * sector
      let length = try count(position + 8, limit: .max / sector / 4) * sector
      let textLength = try count(position + 24, limit: sector - 32)
      var text: String?
      if flags.contains(.mark) {
        let start = bytes.startIndex + position + 32
        guard position + 32 + textLength <= bytes.count else {
          throw Malformed(reason: "the log ends in a mark")
        }
        text = String(decoding: bytes[start..<start + textLength], as: UTF8.self)
      }
      position += sector
      let isData = !flags.contains(.discard) && !flags.contains(.mark)
      let data = position..<position + (isData ? length : 0)
      guard data.upperBound <= bytes.count else {
        throw Malformed(reason: "the log ends in a write")
      }
      position = data.upperBound
      entries.append(Entry(flags: flags, offset: offset, data: data, mark: text))
    }
    self.bytes = bytes
    self.entries = entries
  }
}
