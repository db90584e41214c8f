extension Duration {
  /// The length of time that a person has written, e.g. "100 ms", "10s", "1 h"; nil where the text
  /// is none.
  public init?(text: String) {
    guard case .duration(let duration) = DurationText.parse(text) else { return nil }
    self = duration
  }
}
