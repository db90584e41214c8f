/// A number that a profile leaves to the installation, such as the rain that a tip of a gauge means.
public struct NumberOption: Equatable, Sendable {
  /// The name by which formulas know it.
  public let name: String
  /// One line for people; empty where the profile has none.
  public let title: String
  /// What it is where the configuration says nothing.
  public let usual: Double
  /// What it may be; nil for any number.
  public let range: ClosedRange<Double>?

  /// An option from its parts.
  public init(
    name: String, title: String = "", usual: Double, range: ClosedRange<Double>? = nil
  ) {
    self.name = name
    self.title = title
    self.usual = usual
    self.range = range
  }
}

extension NumberOption {
  /// A gauge has one or two; more are another device.
  private static let countMax = 16

  /// Reads a profile's key `options`, e.g. `{mm_per_tip: {default: 0.2794, range: [0.01, 2]}}`.
  static func list(_ node: Node) throws(ConfigurationError) -> [NumberOption] {
    var options: [NumberOption] = []
    for entry in try node.mapping("a mapping of options").entries {
      guard options.count < countMax else {
        throw entry.key.place.error("too many options, expected at most \(countMax)")
      }
      let name = try entry.key.name("a name for the option", .identifier)
      let mapping = try entry.value.mapping(
        "a mapping with the option's default", keys: ["title", "default", "range"])
      let range = try mapping["range"]?.numberRange()
      let usual = try mapping.required("default").number(within: range)
      let title = try mapping["title"]?.text("a title") ?? ""
      options.append(NumberOption(name: name, title: title, usual: usual, range: range))
    }
    return options
  }

  /// Reads a device's key `options`: one number an option, in the order of the profile's.
  static func values(_ node: Node?, of options: [NumberOption]) throws(ConfigurationError)
    -> [Double]
  {
    var values = options.map { $0.usual }
    guard let node else { return values }
    for entry in try node.mapping("a mapping of options").entries {
      guard let index = options.firstIndex(where: { $0.name == entry.key.text }) else {
        throw entry.key.place.error(
          "unknown option \(Excerpt.quoting(entry.key.text))"
            + Suggestion.ending(for: entry.key.text, among: options.map { $0.name }))
      }
      values[index] = try entry.value.number(within: options[index].range)
    }
    return values
  }
}

extension Node {
  /// The lowest and the highest value, e.g. `[0, 300]`.
  func numberRange() throws(ConfigurationError) -> ClosedRange<Double> {
    let what = "the lowest and the highest value, e.g. [0, 300]"
    let items = try items(what)
    guard items.count == 2 else { throw place.error("expected \(what)") }
    let lowest = try items[0].number("a number")
    let highest = try items[1].number("a number")
    guard lowest < highest else { throw place.error("expected \(what)") }
    return lowest...highest
  }

  fileprivate func number(within range: ClosedRange<Double>?) throws(ConfigurationError) -> Double {
    let value = try number("a number")
    guard let range, !range.contains(value) else { return value }
    throw mismatch(expected: "a number from \(range.lowerBound) to \(range.upperBound)")
  }
}
