/// How batches are written. The raw values go into the queue on disk, so they are never changed.
public enum BatchFormat: UInt8, Equatable, Sendable {
  /// JSON of Godwit's own shape; docs/payload.md describes it.
  case json = 0
  /// SenML in JSON (RFC 8428, 5).
  case senML = 1

  /// The media type (RFC 8259, 11; RFC 8428, 12.3.1).
  public var contentType: String {
    switch self {
    case .json: "application/json"
    case .senML: "application/senml+json"
    }
  }

  /// What a text says where the clock never became known.
  var clockMark: String {
    switch self {
    case .json: #","clock":"unsynchronized""#
    // A record of its own, in front of that with the base time.
    case .senML: #""n":"batch.clock","vs":"unsynchronized"},{"#
    }
  }

  /// SenML takes times below it, in seconds, for times from now on (RFC 8428, 4.5.3).
  private static let senMLAbsoluteMin: Int64 = 268_435_456_000

  /// Appends a time as the format has it.
  /// - Parameter time: in milliseconds since 1970-01-01T00:00:00 UTC.
  func append(time: Int64, to text: inout [UInt8]) {
    switch self {
    case .json: NumberText.append(time, to: &text)
    case .senML:
      // A clock that began in 1970 is wrong, and stays recognizable as a clock.
      let isAbsolute = time >= BatchFormat.senMLAbsoluteMin
      NumberText.append(
        seconds: isAbsolute ? time : time &+ BatchFormat.senMLAbsoluteMin, to: &text)
    }
  }
}

extension NumberText {
  /// Appends milliseconds as seconds.
  static func append(seconds milliseconds: Int64, to text: inout [UInt8]) {
    if milliseconds < 0 { text.append(UInt8(ascii: "-")) }
    let (whole, rest) = milliseconds.magnitude.quotientAndRemainder(dividingBy: 1_000)
    append(Int64(whole), to: &text)
    if rest == 0 { return }
    text.append(UInt8(ascii: "."))
    var unit: UInt64 = 100
    var left = rest
    while left > 0 {
      text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: left / unit))
      left %= unit
      unit /= 10
    }
  }
}
