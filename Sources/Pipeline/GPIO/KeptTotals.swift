internal import System
internal import Telemetry

/// The totals of pulse counters as they are kept on disk; pure.
struct KeptTotals: Equatable {
  /// The total of one point.
  struct Entry: Equatable {
    let device: String
    let point: String
    var total: UInt64
  }

  /// What the file that was read says of how the gateway ended.
  enum Ending: Equatable {
    /// There was no file: nothing has been counted yet.
    case none
    /// In good order.
    case stopped
    /// By a power cut or a crash.
    case interrupted
  }

  /// A house has some meters; those of devices that are no longer configured are kept too, for they
  /// may be again.
  private static let entriesMax = 512
  /// What a file of so many lines has, and some more.
  static let bytesMax = entriesMax * 200

  private(set) var entries: [Entry] = []
  let ending: Ending
  /// Whether lines were damaged: a total that is not there may have been in one of them.
  let isDamaged: Bool

  /// The total of a point; nil where none is kept.
  func total(of point: String, device: String) -> UInt64? {
    entries.first { $0.device == device && $0.point == point }?.total
  }

  /// What is to be told of a point whose total goes on, or begins.
  func doubt(of point: String, device: String) -> Doubt? {
    if total(of: point, device: device) == nil { return isDamaged ? .totalLost : nil }
    switch ending {
    case .none: return nil
    case .stopped: return .restarted
    case .interrupted: return .unsaved
    }
  }

  /// - Returns: whether anything is different now.
  mutating func set(_ total: UInt64, of point: String, device: String) -> Bool {
    if let index = entries.firstIndex(where: { $0.device == device && $0.point == point }) {
      if entries[index].total == total { return false }
      entries[index].total = total
      return true
    }
    // The oldest makes room; the configured ones come back at once.
    if entries.count == KeptTotals.entriesMax { entries.removeFirst() }
    entries.append(Entry(device: device, point: point, total: total))
    return true
  }
}

extension KeptTotals {
  private static let running = "running"
  private static let stopped = "stopped"

  /// Nothing kept.
  init() {
    ending = .none
    isDamaged = false
  }

  /// A file that is there and cannot be read.
  static var unreadable: KeptTotals { KeptTotals(ending: .interrupted, isDamaged: true) }

  private init(ending: Ending, isDamaged: Bool) {
    self.ending = ending
    self.isDamaged = isDamaged
  }

  /// Reads the lines of a file; those that are not whole are passed over.
  init(text: [UInt8]) {
    var ending = Ending.interrupted
    var isDamaged = text.last != UInt8(ascii: "\n")
    var entries: [Entry] = []
    var count: Int?
    for line in text.split(separator: UInt8(ascii: "\n")).prefix(KeptTotals.entriesMax + 1) {
      guard let words = KeptTotals.checked(line) else {
        isDamaged = true
        continue
      }
      if words.count == 2, let number = Int(words[1]) {
        count = number
        if words[0] == KeptTotals.stopped { ending = .stopped }
      } else if words.count == 3, let total = UInt64(words[2]) {
        entries.append(Entry(device: words[0], point: words[1], total: total))
      } else {
        isDamaged = true
      }
    }
    if count != entries.count { isDamaged = true }
    self.init(ending: isDamaged ? .interrupted : ending, isDamaged: isDamaged)
    self.entries = entries
  }

  /// The file's lines: `running` or `stopped` and how many totals there are; then one a total, with
  /// its device, its point and the number. Each has the CRC-32C of what is before it at its end, in
  /// hexadecimal digits, with spaces between all.
  func text(isRunning: Bool) -> [UInt8] {
    var text: [UInt8] = []
    KeptTotals.append(
      "\(isRunning ? KeptTotals.running : KeptTotals.stopped) \(entries.count)", to: &text)
    for entry in entries {
      KeptTotals.append("\(entry.device) \(entry.point) \(entry.total)", to: &text)
    }
    return text
  }

  private static func append(_ line: String, to text: inout [UInt8]) {
    let bytes = Array(line.utf8)
    text += bytes
    text.append(UInt8(ascii: " "))
    text += Hexadecimal.text(UInt64(checksum(bytes[...]))).utf8
    text.append(UInt8(ascii: "\n"))
  }

  /// The words of a line but its check; nil where that is wrong.
  private static func checked(_ line: ArraySlice<UInt8>) -> [String]? {
    guard let space = line.lastIndex(of: UInt8(ascii: " ")),
      Hexadecimal.text(UInt64(checksum(line[..<space]))).utf8.elementsEqual(line[(space + 1)...])
    else { return nil }
    return line[..<space].split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
  }

  private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    ~bytes.withUnsafeBufferPointer { Checksum.crc32c(.max, UnsafeRawBufferPointer($0)) }
  }
}
