internal import Spool
internal import System

/// When the machine was booted, this time and the times before; pure.
///
/// By it all readings of a boot get their wall time, also those that are sent in a later one, and
/// each gets the same whenever it is sent.
struct BootTimes: Equatable {
  /// One boot.
  struct Entry: Equatable {
    let bootID: Spool.BootID
    /// Since 1970-01-01T00:00:00 UTC.
    var bootMilliseconds: Int64
    /// Whether the clock was right when that was found.
    var isKnown: Bool
  }

  /// As many boots as a queue may hold records of. A machine that boots more often during one outage
  /// has other troubles; its oldest readings are marked.
  private static let countMax = 64

  /// What a file of so many lines has, and some more.
  static let bytesMax = 8_192

  private(set) var entries: [Entry] = []

  /// What is known of a boot.
  subscript(bootID: Spool.BootID) -> Entry? { entries.first { $0.bootID == bootID } }

  /// When the boot was that a record is of; where nothing is known of it, what its stamp says.
  func boot(of stamp: Spool.Stamp) -> Entry {
    self[stamp.bootID]
      ?? Entry(
        bootID: stamp.bootID, bootMilliseconds: stamp.wall - stamp.sinceBoot.milliseconds,
        isKnown: stamp.isSynchronized)
  }

  /// Takes an entry over. What was known is not replaced, or copies of a batch would differ.
  /// - Returns: whether anything is different now.
  mutating func note(_ entry: Entry) -> Bool {
    if let index = entries.firstIndex(where: { $0.bootID == entry.bootID }) {
      if entries[index].isKnown || !entry.isKnown { return false }
      entries[index] = entry
    } else {
      if entries.count == BootTimes.countMax { entries.removeFirst() }
      entries.append(entry)
    }
    return true
  }
}

extension BootTimes {
  private static let known = "known"
  private static let believed = "believed"

  /// Reads the lines of a file; those that are not whole are passed over.
  init(text: [UInt8]) {
    for line in text.split(separator: UInt8(ascii: "\n")).suffix(BootTimes.countMax) {
      if let entry = BootTimes.entry(line) { _ = note(entry) }
    }
  }

  /// A line a boot: its identifier, the milliseconds, `known` or `believed`, and the CRC-32C of all
  /// that in hexadecimal digits, with spaces between them.
  var text: [UInt8] {
    var text: [UInt8] = []
    for entry in entries {
      let line =
        Hexadecimal.text(entry.bootID.high) + Hexadecimal.text(entry.bootID.low)
        + " \(entry.bootMilliseconds) "
        + (entry.isKnown ? BootTimes.known : BootTimes.believed)
      let bytes = Array(line.utf8)
      text += bytes
      text.append(UInt8(ascii: " "))
      text += Hexadecimal.text(UInt64(BootTimes.checksum(bytes))).utf8
      text.append(UInt8(ascii: "\n"))
    }
    return text
  }

  private static func entry(_ line: ArraySlice<UInt8>) -> Entry? {
    let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard words.count == 4, words[0].count == 32,
      let high = Hexadecimal.value(words[0].prefix(16)),
      let low = Hexadecimal.value(words[0].suffix(16)),
      let milliseconds = Int64(String(decoding: words[1], as: UTF8.self)),
      let sum = Hexadecimal.value(words[3]),
      sum == UInt64(checksum(Array(line.prefix(upTo: words[3].startIndex - 1))))
    else { return nil }
    return Entry(
      bootID: Spool.BootID(high: high, low: low), bootMilliseconds: milliseconds,
      isKnown: words[2].elementsEqual(known.utf8))
  }

  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.withUnsafeBufferPointer { Checksum.crc32c(.max, UnsafeRawBufferPointer($0)) }
  }
}
