internal import Configuration
internal import Formulas
internal import Telemetry

/// The formulas of points that are read together, in the order in which they need each other.
struct GroupFormulas: Sendable {
  private struct Item: Sendable {
    /// The point's place in the group.
    let index: Int
    let formulas: PointFormulas
    /// Where in the group its inputs are.
    let inputs: [Int]
  }

  private let items: [Item]
  private let slotCount: Int

  /// The formulas of the points of a group.
  /// - Parameters:
  ///   - points: the group's points.
  ///   - indices: their places in the profile; all inputs are among them.
  init(_ points: [ModbusPoint], indices: [Int]) {
    var items: [Item] = []
    var slotCount = 1
    for index in points.indices {
      guard let formulas = points[index].formulas else { continue }
      let inputs = formulas.inputs.map { input in
        indices.firstIndex(of: Int(input)) ?? index
      }
      slotCount = max(slotCount, inputs.count + 1)
      items.append(Item(index: index, formulas: formulas, inputs: inputs))
    }
    items.sort { $0.formulas.rank < $1.formulas.rank }
    self.items = items
    self.slotCount = slotCount
  }

  /// Makes values of the raw numbers of points that have formulas.
  func evaluate(_ outcomes: inout [Outcome], _ decoders: [RegisterDecoder]) {
    if items.isEmpty { return }
    var slots = [FormulaValue](repeating: .integer(0), count: slotCount)
    for item in items {
      let raw = outcomes[item.index]
      slots[0] = GroupFormulas.slot(raw)
      for index in item.inputs.indices {
        slots[index + 1] = GroupFormulas.slot(outcomes[item.inputs[index]])
      }
      outcomes[item.index] = GroupFormulas.value(
        item.formulas, slots, raw, decoders[item.index])
    }
  }

  private static func value(
    _ formulas: PointFormulas, _ slots: [FormulaValue], _ raw: Outcome, _ decoder: RegisterDecoder
  ) -> Outcome {
    if let condition = formulas.condition {
      switch condition.evaluate(slots.span) {
      case .integer(0): return .missing(.notAvailable)
      case .missing(let reason): return .missing(MissingReason(reason))
      case .integer, .real: break
      }
    }
    guard let formula = formulas.value else { return decoder.finished(raw) }
    switch formula.evaluate(slots.span) {
    case .integer(let number):
      if formula.type == .boolean { return .boolean(number != 0) }
      guard case .double(let limited) = decoder.limited(Double(number)) else {
        return .missing(.outOfRange)
      }
      return limited == Double(number) ? .integer(number) : .double(limited)
    case .real(let number):
      let single = Float(number)
      return decoder.isSingle && single.isFinite
        ? decoder.limited(single) : decoder.limited(number)
    case .missing(let reason): return .missing(MissingReason(reason))
    }
  }

  private static func slot(_ outcome: Outcome) -> FormulaValue {
    switch outcome {
    case .integer(let number): .integer(number)
    case .float(let number): .real(Double(number))
    case .double(let number): .real(number)
    case .boolean(let isTrue): .integer(isTrue ? 1 : 0)
    case .text, .texts: .missing(.input(MissingReason.notAvailable.rawValue))
    case .missing(let reason): .missing(.input(reason.rawValue))
    }
  }

  /// Points and, behind them, those that their formulas need besides.
  static func withInputs(_ indices: [Int], of points: [ModbusPoint]) -> [Int] {
    var all = indices
    var next = 0
    while next < all.count {
      for input in points[all[next]].formulas?.inputs ?? [] where !all.contains(Int(input)) {
        all.append(Int(input))
      }
      next += 1
    }
    return all
  }
}
