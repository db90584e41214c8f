/// Something amiss in a spool's files.
public struct Finding: Equatable, Sendable {
  /// What is amiss.
  public enum Kind: Equatable, Sendable {
    /// Neither slot of the position is whole, or there is no position: what was acknowledged is
    /// delivered again.
    case positionLost
    /// A slot of the position is damaged. The other one is not.
    case slot
    /// A segment's header. Its records are found all the same.
    case header
    /// It has a segment's name and is none of this lane: of another lane, of another version, or too
    /// much damaged. The next opening sets it aside.
    case stranger
    /// Bytes that no record can be made of.
    case bytes
    /// The same at the lane's end, as a power cut leaves it. The next opening cuts it off.
    case tornEnd
    /// Records that are not there, and nothing tells why.
    case missing
    /// What headers tell of records that are no more does not fit with what the records tell.
    case account
  }

  /// What is amiss.
  public let kind: Kind
  /// The file's name in the lane's directory.
  public let file: String
  /// Where in the file, in bytes.
  public let offset: Int64
  /// How many bytes.
  public let length: Int64
  /// The records that are lost by it, as far as is known.
  public let lost: ClosedRange<UInt64>?

  init(
    _ kind: Kind, _ file: String, at offset: Int64 = 0, length: Int64 = 0,
    lost: ClosedRange<UInt64>? = nil
  ) {
    self.kind = kind
    self.file = file
    self.offset = offset
    self.length = length
    self.lost = lost
  }

  /// What is amiss, in a few words for people, without the file.
  public var text: String {
    switch kind {
    case .positionLost: "no position can be read, what is on disk will be delivered again"
    case .slot: "a copy of the position is damaged, the other is whole"
    case .header: "the header is damaged, records are found without it"
    case .stranger: "no segment of this lane, the next start sets it aside"
    case .bytes: "damaged"
    case .tornEnd: "a torn end, the next start cuts it off"
    case .missing: "records are missing"
    case .account: "the headers tell of other records than there are"
    }
  }
}
