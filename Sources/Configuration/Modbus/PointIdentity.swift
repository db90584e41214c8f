/// What the value of a point is in a device of the profile's kind, and hardly in another; by this a
/// scan tells which profile a device could have.
public struct PointIdentity: Equatable, Sendable {
  /// Index of the point.
  public let point: Int
  /// What holds of its value.
  public let test: Test

  /// What holds of a value.
  public enum Test: Equatable, Sendable {
    /// It is in this range.
    case within(ClosedRange<Double>)
    /// It is this text, or name.
    case text(String)
  }

  /// Two or three tell devices apart, and each costs the scan a request.
  private static let testsMax = 4

  /// Reads the key `identify`, e.g. `[{point: frequency, in: [45, 65]}]`.
  static func list(
    _ node: Node, points: [ModbusPoint]
  ) throws(ConfigurationError) -> [PointIdentity] {
    var identities: [PointIdentity] = []
    for item in try node.items("a list of points and what they are") {
      guard identities.count < testsMax else {
        throw item.place.error("expected at most \(testsMax) points to identify the device by")
      }
      let mapping = try item.mapping(
        "a point and what it is, e.g. {point: frequency, in: [45, 65]}",
        keys: ["point", "in", "is"])
      let name = try mapping.required("point")
      guard let index = points.firstIndex(where: { $0.name == name.word }) else {
        throw name.place.error("expected the name of a point of this profile")
      }
      identities.append(PointIdentity(point: index, test: try test(mapping, points[index].kind)))
    }
    return identities
  }

  private static func test(
    _ mapping: Mapping, _ kind: PointKind
  ) throws(ConfigurationError) -> Test {
    if let range = mapping["in"] {
      let ends = try range.items("a range, e.g. [45, 65]")
      guard ends.count == 2 else { throw range.place.error("expected a range, e.g. [45, 65]") }
      let (low, high) = (try ends[0].number("a number"), try ends[1].number("a number"))
      guard low <= high else { throw range.place.error("expected the lower end first") }
      return .within(low...high)
    }
    let value = try mapping.required("is")
    switch kind {
    case .text, .texts, .boolean: return .text(try value.text("what the point is"))
    case .number:
      let number = try value.number("a number")
      return .within(number...number)
    }
  }
}

extension Node {
  fileprivate var word: String {
    if case .scalar(let text, _) = content { text } else { "" }
  }
}
