/// Why a case did not go as it should, in words.
struct CaseFailed: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}

/// Ends a case where `condition` does not hold.
///
/// A case must not use `#expect`: whether its failure is a fault depends on what the broker is known
/// not to do.
func require(_ condition: Bool, _ words: @autoclosure () -> String) throws {
  guard condition else { throw CaseFailed(words()) }
}

/// Ends a case where two values differ.
func require<Value: Equatable>(
  _ value: Value, is expected: Value, _ what: @autoclosure () -> String
) throws {
  guard value == expected else {
    throw CaseFailed("\(what()): \(short(value)), expected \(short(expected))")
  }
}

/// A description that a person can read to its end.
private func short(_ value: some Any) -> String {
  let text = String(describing: value)
  return text.count <= 300 ? text : text.prefix(300) + "…"
}
