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

/// A number of so many digits behind the point, without zeros at its end: 41250 with 3 is 41.25.
@inline(never)
func decimal(_ number: Int64, digits: Int) -> String {
  var text = Array(decimal(Int64(clamping: number.magnitude)).utf8)
  while text.count <= digits { text.insert(UInt8(ascii: "0"), at: 0) }
  text.insert(UInt8(ascii: "."), at: text.count - digits)
  while text.last == UInt8(ascii: "0") { text.removeLast() }
  if text.last == UInt8(ascii: ".") { text.removeLast() }
  if number < 0 { text.insert(UInt8(ascii: "-"), at: 0) }
  return String(decoding: text, as: UTF8.self)
}

extension Duration {
  /// The whole milliseconds in it, rounded down; a length beyond 292 million years is cut to that.
  var wholeMilliseconds: Int64 {
    let (seconds, attoseconds) = components
    let (whole, isTooLong) = seconds.multipliedReportingOverflow(by: 1_000)
    if isTooLong { return seconds < 0 ? .min : .max }
    let (sum, isTooLongWithRest) =
      whole.addingReportingOverflow(attoseconds / 1_000_000_000_000_000)
    return isTooLongWithRest ? .max : sum
  }

  /// The seconds in it with up to six digits behind the point.
  var secondsText: String {
    let (seconds, attoseconds) = components
    let (whole, isTooLong) = seconds.multipliedReportingOverflow(by: 1_000_000)
    if isTooLong { return decimal(seconds) }
    return decimal(whole + attoseconds / 1_000_000_000_000, digits: 6)
  }

  /// The milliseconds in it with up to one digit behind the point.
  var millisecondsText: String {
    let (seconds, attoseconds) = components
    let (whole, isTooLong) = seconds.multipliedReportingOverflow(by: 10_000)
    if isTooLong { return decimal(wholeMilliseconds) }
    return decimal(whole + attoseconds / 100_000_000_000_000, digits: 1)
  }
}
