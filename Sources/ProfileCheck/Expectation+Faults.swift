internal import Configuration
internal import Telemetry

extension [ProfileTest.Expectation] {
  /// The points that are expected, in the profile's order.
  func points(of profile: DeviceProfile) -> [Int] {
    profile.points.indices.filter { index in
      contains { $0.point == profile.points[index].name }
    }
  }

  /// What a sample has other than is expected.
  func faults(in sample: Sample) -> [String] {
    var faults: [String] = []
    for expectation in self {
      guard let place = sample.channels.firstIndex(where: { $0.name == expectation.point }) else {
        faults.append(expectation.point + " is not read")
        continue
      }
      let outcome = sample.outcomes[place]
      if !expectation.isMet(by: outcome) {
        faults.append(
          expectation.point + " is " + outcome.words + ", expected " + expectation.words)
      }
    }
    return faults
  }
}

extension ProfileTest.Expectation {
  func isMet(by outcome: Outcome) -> Bool {
    switch (outcome, content) {
    case (.missing(let reason), .none): self.reason.map { $0 == reason.name } ?? true
    case (.boolean(let value), .boolean(let expected)): value == expected
    case (.text(let value), .text(let expected)): value == expected
    case (.texts(let value), .texts(let expected)): value == expected
    case (_, .number(let expected, let tolerance)):
      // What is no number is near none.
      outcome.number.map { abs($0 - expected) <= tolerance } ?? false
    default: false
    }
  }

  fileprivate var words: String {
    switch content {
    case .none: return reason.map { "none (" + $0 + ")" } ?? "none"
    case .boolean(let value): return Outcome.boolean(value).words
    case .text(let value): return Outcome.text(value).words
    case .texts(let value): return Outcome.texts(value).words
    case .number(let value, let tolerance):
      let number = Outcome.double(value).words
      return tolerance > 0 ? number + " ±" + Outcome.double(tolerance).words : number
    }
  }
}

extension Outcome {
  /// The value as JSON has it, or why there is none.
  fileprivate var words: String {
    if case .missing(let reason) = self { return "none (" + reason.name + ")" }
    var text: [UInt8] = []
    appendJSON(digits: nil, to: &text)
    return String(decoding: text, as: UTF8.self)
  }
}
