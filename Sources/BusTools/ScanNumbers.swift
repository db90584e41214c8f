internal import Configuration
internal import System

/// The lists on a scan's command line.
enum ScanNumbers {
  /// Modbus has so many units, and no list needs more parts.
  private static let partsMax = 247

  /// Units by number and range, e.g. "1-16,33"; each once, in the order of the list.
  static func units(_ list: String) throws(Refusal) -> [UInt8] {
    var units: [UInt8] = []
    for part in try parts(list) {
      let ends = part.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
      guard (1...2).contains(ends.count), let low = number(ends[0], in: 1...247),
        let high = number(ends[ends.count - 1], in: 1...247), low <= high
      else { throw Refusal(text: "--units '\(list)', expected units from 1 to 247, e.g. 1-16,33") }
      for unit in low...high where !units.contains(UInt8(unit)) { units.append(UInt8(unit)) }
    }
    return units
  }

  /// Speeds in baud, e.g. "9600,19200".
  static func bauds(_ list: String) throws(Refusal) -> [Int] {
    var bauds: [Int] = []
    for part in try parts(list) {
      guard let baud = number(part, in: 300...4_000_000) else {
        throw Refusal(text: "--baud '\(list)', expected speeds from 300 to 4000000 baud")
      }
      bauds.append(baud)
    }
    return bauds
  }

  /// Parities, e.g. "none,even".
  static func parities(_ list: String) throws(Refusal) -> [SerialLine.Parity] {
    var parities: [SerialLine.Parity] = []
    for part in try parts(list) {
      let word = String(decoding: part, as: UTF8.self)
      guard let parity = ScanPlan.parities.first(where: { $0.word == word }) else {
        throw Refusal(text: "--parity '\(list)', expected some of none, even and odd")
      }
      parities.append(parity)
    }
    return parities
  }

  /// How long a unit has for its answer.
  static func timeout(_ text: String) throws(Refusal) -> Duration {
    guard let timeout = Duration(text: text), timeout >= .milliseconds(10),
      timeout <= .seconds(60)
    else { throw Refusal(text: "--timeout '\(text)', expected 10 ms to 1 min") }
    return timeout
  }

  private static func parts(_ list: String) throws(Refusal) -> [ArraySlice<UInt8>] {
    let parts = Array(list.utf8).split(
      separator: UInt8(ascii: ","), maxSplits: partsMax, omittingEmptySubsequences: false)
    guard parts.count <= partsMax else { throw Refusal(text: "the list is too long") }
    return parts
  }

  private static func number(_ digits: ArraySlice<UInt8>, in range: ClosedRange<Int>) -> Int? {
    guard !digits.isEmpty,
      digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return nil }
    return Int(String(decoding: digits, as: UTF8.self)).flatMap { range.contains($0) ? $0 : nil }
  }
}
