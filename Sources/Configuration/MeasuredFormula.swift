public import Formulas

/// What makes a point's value of what was measured for it, of the device's options and of the points
/// above it.
///
/// The slots are the options, then the points' values, then what was measured: see `slot`.
public struct MeasuredFormula: Sendable {
  /// The expression.
  public let formula: Formula
  /// The points whose values it uses, by their index in the profile.
  public let inputs: [Int]

  /// Where in the slots things are.
  public struct Layout: Equatable, Sendable {
    /// How many options there are.
    public let options: Int
    /// How many points there are.
    public let points: Int

    /// The slot of a point's value.
    public func slot(ofPoint index: Int) -> Int { options + index }

    /// The slot of what was measured, from 0.
    public func slot(ofMeasured index: Int) -> Int { options + points + index }

    /// All slots.
    public var count: Int { options + points + MeasuredFormula.measuredMax }
  }

  /// A measurement has no more names than these: `per_second`, `per_minute` and `per_hour`.
  public static let measuredMax = 3
}

/// Reads the formulas of points that may use those above them.
struct MeasuredFormulaReader {
  let options: [NumberOption]
  /// How many points the profile has in all.
  let pointCount: Int
  /// Of each point read so far, its name and what it is in formulas; nil where it is no number.
  private(set) var known: [(name: String, type: FormulaType?)] = []

  init(options: [NumberOption], pointCount: Int) {
    self.options = options
    self.pointCount = pointCount
  }

  var layout: MeasuredFormula.Layout {
    MeasuredFormula.Layout(options: options.count, points: pointCount)
  }

  mutating func add(_ name: String, _ type: FormulaType?) {
    known.append((name, type))
  }

  /// Reads a formula.
  /// - Parameter measured: the names of what was measured for the point itself.
  func read(
    _ node: Node, measured: [(name: String, type: FormulaType)]
  ) throws(ConfigurationError) -> MeasuredFormula {
    guard case .scalar(let text, let isQuoted) = node.content, !text.utf8.isEmpty else {
      throw node.mismatch(expected: "a formula such as count / 1000")
    }
    var inputs: [Int] = []
    let scope = FormulaScope { name in
      if let index = measured.firstIndex(where: { $0.name == name }) {
        return .slot(layout.slot(ofMeasured: index), measured[index].type)
      }
      if let index = known.firstIndex(where: { $0.name == name }), let type = known[index].type {
        if !inputs.contains(index) { inputs.append(index) }
        return .slot(layout.slot(ofPoint: index), type)
      }
      if let index = options.firstIndex(where: { $0.name == name }) { return .slot(index, .real) }
      return nil
    }
    do throws(FormulaError) {
      let formula = try Formula(text, in: scope)
      return MeasuredFormula(formula: formula, inputs: inputs)
    } catch {
      let place = Place(
        file: node.place.file, line: node.place.line,
        column: node.place.column + error.offset + (isQuoted ? 1 : 0))
      guard error.problem == .unknownName else { throw place.error(error.text) }
      let names = measured.map { $0.name } + options.map { $0.name } + known.map { $0.name }
      throw place.error(
        "\(error.text); known are the options, the points above this one and what is measured"
          + Suggestion.ending(for: error.detail, among: names))
    }
  }
}
