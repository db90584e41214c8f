/// The payload of a batch in which the times may still be missing, because the machine did not know
/// what time it was.
///
/// Where the clock becomes known before the payload is sent, its times are right in the end; where it
/// does not, the payload says so.
public struct PayloadTemplate: Equatable, Sendable {
  /// A time that is missing.
  public struct Gap: Equatable, Sendable {
    /// Where in the text its digits go, in bytes.
    public let offset: Int
    /// When it was, in milliseconds since boot.
    public let sinceBoot: Int64

    /// A gap at `offset`.
    public init(offset: Int, sinceBoot: Int64) {
      self.offset = offset
      self.sinceBoot = sinceBoot
    }
  }

  /// What the text is.
  public let format: BatchFormat
  /// The text; without gaps it is whole.
  public let text: [UInt8]
  /// Where in the text it goes that the clock was not synchronized, in bytes.
  public let markOffset: Int
  /// What is missing, in the order of the text, behind the mark.
  public let gaps: [Gap]

  /// A template from its parts; nil where they do not fit together.
  public init?(text: [UInt8], format: BatchFormat = .json, markOffset: Int, gaps: [Gap]) {
    var previous = markOffset
    guard 0...text.count ~= markOffset else { return nil }
    for gap in gaps {
      guard previous...text.count ~= gap.offset else { return nil }
      previous = gap.offset
    }
    self.init(checked: text, format, markOffset, gaps)
  }

  init(checked text: [UInt8], _ format: BatchFormat, _ markOffset: Int, _ gaps: [Gap]) {
    self.text = text
    self.format = format
    self.markOffset = markOffset
    self.gaps = gaps
  }

  /// The payload with its times.
  /// - Parameters:
  ///   - bootMilliseconds: when the machine was booted, since 1970-01-01T00:00:00 UTC.
  ///   - isSynchronized: whether that is known, or what the machine believed.
  public func filled(bootMilliseconds: Int64, isSynchronized: Bool) -> [UInt8] {
    guard !gaps.isEmpty else { return text }
    var filled: [UInt8] = []
    // A time has 13 digits until the year 2286, and in SenML a point.
    filled.reserveCapacity(text.count + format.clockMark.utf8.count + 14 * gaps.count)
    filled.append(contentsOf: text[..<markOffset])
    if !isSynchronized { filled.append(contentsOf: format.clockMark.utf8) }
    var position = markOffset
    for gap in gaps {
      filled.append(contentsOf: text[position..<gap.offset])
      // Hostile numbers of a damaged disk may not stop the program.
      format.append(time: bootMilliseconds &+ gap.sinceBoot, to: &filled)
      position = gap.offset
    }
    filled.append(contentsOf: text[position...])
    return filled
  }
}
