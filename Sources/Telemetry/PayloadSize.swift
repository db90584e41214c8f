/// How many bytes readings take as JSON, at most; found without writing them.
enum PayloadSize {
  /// `{"gateway":…,"device":…,"id":…,"readings":[…]}` without the three texts.
  static let envelope = 64

  /// The same for either format, with a clock that was not set, names of the gateway and of the
  /// device that take so many bytes, and the longest identifier: 16 digits, a dash and 20 digits.
  static func overhead(names: Int) -> Int { 160 + names + 37 }

  /// No fewer bytes than are written for `sample` and the comma after it.
  static func upperBound(of sample: Sample, as format: BatchFormat) -> Int {
    switch format {
    case .json: upperBound(of: sample)
    case .senML: senMLUpperBound(of: sample)
    }
  }

  private static func senMLUpperBound(of sample: Sample) -> Int {
    var size = 0
    for (channel, outcome) in zip(sample.channels, sample.outcomes) {
      // {"n":"","u":"","t":-9223372036854775.808,"vs":},
      size += 52 + channel.name.utf8.count + channel.unit.utf8.count
      if case .missing(let reason) = outcome {
        // .error
        size += 6 + reason.name.utf8.count + 2
      } else {
        size += upperBound(of: outcome)
      }
    }
    // {"n":".doubt","t":-9223372036854775.808,"vs":""},
    for case (let channel, let doubt?) in zip(sample.channels, sample.doubts) {
      size += 60 + channel.name.utf8.count + doubt.name.utf8.count
    }
    return size
  }

  /// No fewer bytes than `PayloadEncoder` writes for `sample` and the comma after it.
  static func upperBound(of sample: Sample) -> Int {
    // {"ts":-9223372036854775808},
    var size = 29
    var hasErrors = false
    for (channel, outcome) in zip(sample.channels, sample.outcomes) {
      let name = JSONString.length(channel.name)
      // ,"name":value
      size += name + 2 + upperBound(of: outcome)
      if case .missing(let reason) = outcome {
        // "name":"reason",
        size += name + reason.name.utf8.count + 4
        hasErrors = true
      }
    }
    // ,"errors":{}
    if hasErrors { size += 12 }
    // ,"doubts":{"name":"edges-missed",}
    for case (let channel, let doubt?) in zip(sample.channels, sample.doubts) {
      size += 12 + JSONString.length(channel.name) + doubt.name.utf8.count + 4
    }
    return size
  }

  /// Float and Double are told apart by 9 and 17 decimal digits; a sign, a point and zeros around
  /// it come on top.
  private static func upperBound(of outcome: Outcome) -> Int {
    switch outcome {
    case .integer: 20
    case .float(let value): isOrdinary(Double(value)) ? 14 : NumberText.lengthMax
    case .double(let value): isOrdinary(value) ? 22 : NumberText.lengthMax
    case .boolean: 5
    case .text(let value): JSONString.length(value)
    case .texts(let values): values.reduce(2) { $0 + JSONString.length($1) + 1 }
    case .missing: 4
    }
  }

  /// Whether the digits before or after the point need no more than two zeros.
  private static func isOrdinary(_ value: Double) -> Bool {
    value == 0 || (0.001...1e9).contains(value.magnitude)
  }
}
