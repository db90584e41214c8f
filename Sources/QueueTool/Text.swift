internal import System

/// Puts pieces together. One function, for each interpolation costs as much code as this.
@inline(never)
func joined(_ pieces: [String]) -> String {
  var text = ""
  for piece in pieces { text += piece }
  return text
}

/// A number in decimal digits.
@inline(never)
func decimal(_ number: Int64) -> String { "\(number)" }

/// The same with commas between thousands, for people.
func grouped(_ number: UInt64) -> String {
  let digits = Array(decimal(Int64(clamping: number)).utf8)
  var text: [UInt8] = []
  for (index, digit) in digits.enumerated() {
    if index > 0, (digits.count - index) % 3 == 0 { text.append(UInt8(ascii: ",")) }
    text.append(digit)
  }
  return String(decoding: text, as: UTF8.self)
}

/// A count and its noun.
func counted(_ number: UInt64, _ one: String, _ many: String) -> String {
  joined([grouped(number), " ", number == 1 ? one : many])
}

/// Records, counted.
func records(_ number: UInt64) -> String { counted(number, "record", "records") }

/// Bytes with a unit, e.g. "1.2 MiB".
func size(_ bytes: Int64) -> String {
  let units = ["KiB", "MiB", "GiB", "TiB"]
  guard bytes >= 1_024 else { return joined([decimal(bytes), " B"]) }
  var (unit, scale): (Int, Int64) = (0, 1_024)
  while unit + 1 < units.count, bytes / scale >= 1_024 {
    unit += 1
    scale *= 1_024
  }
  return joined([tenths(bytes / scale, bytes % scale * 10 / scale), " ", units[unit]])
}

/// One digit behind the point where it tells something.
private func tenths(_ whole: Int64, _ tenth: Int64) -> String {
  whole >= 100 || tenth == 0
    ? decimal(whole) : joined([decimal(whole), ".", decimal(tenth)])
}

/// A length of time in its two largest units, e.g. "2 h 13 min".
func words(milliseconds: Int64) -> String {
  let seconds = milliseconds / 1_000
  if seconds < 0 { return "0 s" }
  let units: [(name: String, seconds: Int64)] = [
    (" d", 86_400), (" h", 3_600), (" min", 60), (" s", 1),
  ]
  for (index, unit) in units.enumerated() where seconds >= unit.seconds {
    let whole = joined([decimal(seconds / unit.seconds), unit.name])
    guard index + 1 < units.count else { return whole }
    let rest = seconds % unit.seconds / units[index + 1].seconds
    return rest == 0 ? whole : joined([whole, " ", decimal(rest), units[index + 1].name])
  }
  return "0 s"
}

/// Standard output in pieces of some size; nothing more is written once nobody reads.
final class Printer {
  private var bytes: [UInt8] = []
  private let output = StandardOutput()
  /// Why nothing more can be written.
  private(set) var failure: Errno?

  /// Few calls for many lines, and no more memory than that.
  private static let bytesMax = 32 << 10

  /// Whether it makes sense to go on.
  var isOpen: Bool { failure == nil }

  @inline(never)
  func text(_ text: String) {
    raw(Array(text.utf8))
  }

  @inline(never)
  func text(_ pieces: [String]) {
    for piece in pieces { bytes.append(contentsOf: piece.utf8) }
    if bytes.count >= Printer.bytesMax { flush() }
  }

  @inline(never)
  func raw(_ more: [UInt8]) {
    bytes.append(contentsOf: more)
    if bytes.count >= Printer.bytesMax { flush() }
  }

  /// Writes what has been gathered.
  func flush() {
    defer { bytes.removeAll(keepingCapacity: true) }
    if failure != nil || bytes.isEmpty { return }
    do throws(Errno) {
      try output.write(bytes)
    } catch {
      failure = error
    }
  }
}
