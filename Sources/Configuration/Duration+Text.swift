extension Duration {
  /// The length of time that a person has written, e.g. "100 ms", "10s", "1 h"; nil where the text
  /// is none.
  public init?(text: String) {
    guard case .duration(let duration) = DurationText.parse(text) else { return nil }
    self = duration
  }

  /// The length as a person would write it, in the largest unit that it is a whole number of.
  public var words: String { DurationText.words(self) }
}
