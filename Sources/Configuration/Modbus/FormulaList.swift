internal import Formulas

/// The formulas of a profile's points, until all points are known.
struct FormulaList {
  private struct Pending {
    let point: Int
    let value: Node?
    let condition: Node?
    let place: Place
    var isRead = false
  }

  private var pending: [Pending] = []
  private var rank: UInt16 = 0

  /// Formulas that need each other's values, one after the other: each round reads those whose
  /// inputs are known.
  private static let roundsMax = 32

  mutating func add(_ point: Int, value: Node?, condition: Node?) {
    guard let place = (value ?? condition)?.place else { return }
    pending.append(Pending(point: point, value: value, condition: condition, place: place))
  }

  /// Reads all formulas. One may name any other point of the same poll class; those that need each
  /// other in a circle are refused.
  mutating func read(
    into points: inout [ModbusPoint], tables: ProfileTables
  ) throws(ConfigurationError) {
    for _ in 0..<FormulaList.roundsMax {
      var left: ConfigurationError?
      var read: [(pending: Int, formulas: PointFormulas)] = []
      for index in pending.indices where !pending[index].isRead {
        switch try self.read(pending[index], points, tables) {
        case .formulas(let formulas): read.append((index, formulas))
        case .open(let error): left = left ?? error
        }
      }
      for (index, formulas) in read {
        pending[index].isRead = true
        points[pending[index].point].formulas = formulas
      }
      rank += 1
      guard let left else { return }
      if read.isEmpty { throw left }
    }
    for item in pending where !item.isRead {
      throw item.place.error("formulas that need too many others in turn")
    }
  }

  /// What comes of reading the formulas of a point.
  private enum Reading {
    case formulas(PointFormulas)
    /// They need a point whose own formulas are not read yet; with the error for the case that they
    /// never are.
    case open(ConfigurationError)
  }

  /// Reads the formulas of a point.
  private func read(
    _ item: Pending, _ points: [ModbusPoint], _ tables: ProfileTables
  ) throws(ConfigurationError) -> Reading {
    let own = points[item.point]
    var inputs: [UInt16] = []
    var missing: String?
    let scope = FormulaScope { name in
      if name == "raw" {
        guard own.hasRegisters, !own.type.isText else { return nil }
        return .slot(0, own.rawType)
      }
      guard let index = points.firstIndex(where: { $0.name == name }), index != item.point else {
        return tables.numbers(name).map { .table($0) }
      }
      let other = points[index]
      guard other.pollClass == own.pollClass else { return nil }
      for open in pending where open.point == index && !open.isRead {
        missing = name
        return nil
      }
      guard let type = other.formulaType else { return nil }
      var slot = inputs.firstIndex(of: UInt16(index)) ?? inputs.count
      if slot == inputs.count { inputs.append(UInt16(index)) }
      slot += 1
      return .slot(slot, type)
    }
    var formulas: [Formula?] = []
    var texts: [String] = []
    for node in [item.value, item.condition] {
      guard let node else {
        formulas.append(nil)
        texts.append("")
        continue
      }
      guard case .scalar(let text, let isQuoted) = node.content, !text.utf8.isEmpty else {
        throw node.mismatch(expected: "a formula such as raw / 10")
      }
      do throws(FormulaError) {
        formulas.append(try Formula(text, in: scope))
      } catch {
        let place = Place(
          file: node.place.file, line: node.place.line,
          column: node.place.column + error.offset + (isQuoted ? 1 : 0))
        if let missing {
          return .open(place.error("'\(missing)' needs this value itself, in a circle"))
        }
        throw place.error(FormulaList.message(error, own, points))
      }
      texts.append(text)
    }
    if let condition = formulas[1], condition.type != .boolean {
      throw (item.condition?.place ?? item.place).error("expected a condition such as raw > 0")
    }
    return .formulas(
      PointFormulas(
        value: formulas[0], condition: formulas[1], inputs: inputs, rank: rank, texts: texts))
  }

  private static func message(
    _ error: FormulaError, _ own: ModbusPoint, _ points: [ModbusPoint]
  ) -> String {
    guard error.problem == .unknownName else { return error.text }
    if error.detail == own.name { return "a value that needs itself, expected 'raw'" }
    for point in points where point.name == error.detail {
      return point.pollClass == own.pollClass
        ? "'\(point.name)' is no number"
        : "'\(point.name)' is of another poll class, expected a point that is read together"
    }
    return error.text
      + Suggestion.ending(for: error.detail, among: points.map { $0.name } + ["raw"])
  }

  /// A formula's number needs a unit; a formula's truth value has none.
  func checkUnit(_ point: inout ModbusPoint, _ index: Int) throws(ConfigurationError) {
    guard point.unit.isEmpty else { return }
    for item in pending where item.point == index && point.kind == .number {
      throw item.place.error("a formula without a key 'unit' beside it")
    }
    point.unit = "none"
  }
}

extension ModbusPoint {
  /// What `raw` is in its formula.
  fileprivate var rawType: FormulaType {
    if meaning == .truth { return .boolean }
    return type.isWhole && scaleFactor == nil ? .integer : .real
  }

  /// What it is in others' formulas; nil where it is no number.
  fileprivate var formulaType: FormulaType? {
    if let value = formulas?.value { return value.type }
    switch kind {
    case .boolean: return .boolean
    case .text, .texts: return nil
    case .number: break
    }
    let isWhole =
      type.isWhole && scaleFactor == nil && scale == 1 && offset == 0 && clamp == nil
    return isWhole ? .integer : .real
  }
}
