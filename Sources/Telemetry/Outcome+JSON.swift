extension Outcome {
  /// Appends the value as JSON (RFC 8259); null where there is none.
  /// - Parameter digits: after the decimal point; nil for as many as tell the value apart.
  public func appendJSON(digits: Int?, to text: inout [UInt8]) {
    switch self {
    case .integer(let value): NumberText.append(value, to: &text)
    case .float(let value): NumberText.append(value, digits: digits, to: &text)
    case .double(let value): NumberText.append(value, digits: digits, to: &text)
    case .boolean(let value): text.append(contentsOf: (value ? "true" : "false").utf8)
    case .text(let value): JSONString.append(value, to: &text)
    case .texts(let values): JSONString.append(values, to: &text)
    case .missing: text.append(contentsOf: "null".utf8)
    }
  }
}
