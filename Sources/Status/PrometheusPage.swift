/// The lines of the text exposition format, put together family by family.
struct PrometheusPage {
  private(set) var bytes: [UInt8] = []
  private var name: StaticString = ""

  enum Kind {
    case counter, gauge
  }

  /// Begins a family; all its samples follow.
  @inline(never)
  mutating func family(_ name: StaticString, _ kind: Kind, _ help: StaticString) {
    self.name = name
    add([
      "# HELP ", "\(name)", " ", "\(help)", "\n# TYPE ", "\(name)",
      kind == .counter ? " counter\n" : " gauge\n",
    ])
  }

  /// A sample of the family.
  @inline(never)
  mutating func sample(_ value: String, _ labels: [(StaticString, String)] = []) {
    add(["\(name)"])
    for (index, label) in labels.enumerated() {
      add([index == 0 ? "{" : ",", "\(label.0)", "=\""])
      escape(label.1)
      bytes.append(UInt8(ascii: "\""))
    }
    add([labels.isEmpty ? " " : "} ", value, "\n"])
  }

  /// A family with a sample for each of some things; those without a value have none.
  mutating func each<Thing>(
    _ name: StaticString, _ kind: Kind, _ help: StaticString, _ label: StaticString,
    _ things: [Thing], _ sample: (Thing) -> (String, String?)
  ) {
    family(name, kind, help)
    for thing in things {
      let (owner, value) = sample(thing)
      if let value { self.sample(value, [(label, owner)]) }
    }
  }

  private mutating func add(_ pieces: [String]) {
    for piece in pieces { bytes.append(contentsOf: piece.utf8) }
  }

  /// A label's value: backslash, quote and line feed are escaped.
  private mutating func escape(_ text: String) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\\"), UInt8(ascii: "\""):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case UInt8(ascii: "\n"):
        bytes.append(contentsOf: "\\n".utf8)
      default:
        bytes.append(byte)
      }
    }
  }
}
