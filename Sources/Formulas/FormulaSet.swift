/// Formulas that may use each other's names, in any order: each is assigned once, to a slot of its
/// own, and none by itself.
public struct FormulaSet: Sendable {
  /// As many as a profile may have points and parts of their formulas.
  public static let formulasMax = 1_024

  /// The formulas, in the order in which they were given.
  public let formulas: [Formula]
  /// The slot of the first formula; the others' follow.
  public let firstSlot: Int
  /// Which formula is evaluated when: those that others use come before them.
  private let order: [UInt16]

  /// A set from names and texts.
  /// - Parameters:
  ///   - firstSlot: where the results go. The scope's own slots lie outside of
  ///     `firstSlot..<firstSlot + definitions.count`.
  ///   - scope: the names from outside.
  /// - Throws: the first fault, with the index of its formula: what `Formula` refuses, a name that is
  ///   defined twice, or formulas that need each other in a circle.
  public init(
    _ definitions: [(name: String, text: String)], firstSlot: Int, in scope: FormulaScope
  ) throws(FormulaError) {
    let names = NameIndex(definitions.map { $0.name })
    for index in definitions.indices {
      let name = definitions[index].name
      if index >= Self.formulasMax { throw FormulaError(.tooManyFormulas, Place(0, 0)).of(index) }
      if names.index(of: name) != index || scope.symbol(name) != nil {
        throw FormulaError(.definedTwice, Place(0, 0), name).of(index)
      }
    }
    var uses: [[Use]] = []
    for index in definitions.indices {
      do throws(FormulaError) {
        uses.append(try Self.uses(in: definitions[index].text, of: names))
      } catch {
        throw error.of(index)
      }
    }
    let order = try Self.order(uses, definitions.map { $0.name })
    var known = [Formula?](repeating: nil, count: definitions.count)
    let inner = FormulaScope(
      symbol: { name in
        guard let other = names.index(of: name) else { return scope.symbol(name) }
        guard let formula = known[other] else { return nil }
        if let constant = formula.constant { return .constant(constant) }
        return .slot(firstSlot + other, formula.type)
      }, call: scope.call)
    for index in order {
      do throws(FormulaError) {
        known[Int(index)] = try Formula(definitions[Int(index)].text, in: inner)
      } catch {
        throw error.of(Int(index))
      }
    }
    formulas = known.compactMap { $0 }
    self.order = order
    self.firstSlot = firstSlot
  }

  /// A set without formulas.
  public static let none = FormulaSet()

  private init() {
    formulas = []
    firstSlot = 0
    order = []
  }

  /// How many slots the caller's buffer must have.
  public var slotCount: Int {
    var count = firstSlot + formulas.count
    for formula in formulas { count = max(count, formula.slotCount) }
    return count
  }

  /// Evaluates all formulas into their slots. One without a value leaves others without a value only
  /// where they need it.
  /// - Parameter slots: at least `slotCount` values.
  public func evaluate(_ slots: inout MutableSpan<FormulaValue>) {
    for place in 0..<order.count {
      let formula = Int(order[place])
      let value = formulas[formula].evaluate(slots.span)
      slots[firstSlot + formula] = value
    }
  }
}

extension FormulaSet {
  /// A formula that another one names, and where.
  private struct Use {
    let formula: Int
    let place: Place
  }

  private static func uses(
    in text: String, of names: NameIndex
  ) throws(FormulaError) -> [Use] {
    guard text.utf8.count <= Formula.textMax else {
      throw FormulaError(.tooLong, Place(Formula.textMax, Formula.textMax))
    }
    var uses: [Use] = []
    var tokenizer = Tokenizer(Array(text.utf8))
    while true {
      let token = try tokenizer.next()
      if token.kind == .end { return uses }
      guard token.kind == .name else { continue }
      if let formula = names.index(of: tokenizer.string(token.place)) {
        uses.append(Use(formula: formula, place: token.place))
      }
    }
  }

  /// Goes from each formula to those that it uses, depth first, without recursion.
  private static func order(
    _ uses: [[Use]], _ names: [String]
  ) throws(FormulaError) -> [UInt16] {
    var order: [UInt16] = []
    // How many of a formula's uses have been followed; nil before the first, Int.max when it is
    // placed.
    var followed = [Int?](repeating: nil, count: uses.count)
    for root in uses.indices where followed[root] == nil {
      var path = [root]
      followed[root] = 0
      while let formula = path.last {
        let count = followed[formula] ?? 0
        guard count < uses[formula].count else {
          followed[formula] = Int.max
          order.append(UInt16(formula))
          path.removeLast()
          continue
        }
        followed[formula] = count + 1
        let use = uses[formula][count]
        if followed[use.formula] == nil {
          followed[use.formula] = 0
          path.append(use.formula)
        } else if followed[use.formula] != Int.max {
          throw FormulaError(.cycle, use.place, circle(path, use.formula, names)).of(formula)
        }
      }
    }
    return order
  }

  /// "a -> b -> a", from the formula that the path comes back to; a long one is cut.
  private static func circle(_ path: [Int], _ first: Int, _ names: [String]) -> String {
    var text = ""
    var shown = 0
    for formula in path where shown > 0 || formula == first {
      shown += 1
      if shown <= circleMax { text += "\(names[formula]) -> " }
    }
    return text + (shown > circleMax ? "... -> " : "") + names[first]
  }

  /// A longer circle does not fit a line.
  private static let circleMax = 8
}

extension FormulaError {
  fileprivate func of(_ formula: Int) -> Self {
    var error = self
    error.formula = formula
    return error
  }
}

/// Finds names among many; a number made of each is compared before the name itself.
private struct NameIndex {
  private let names: [String]
  private let marks: [UInt32]

  init(_ names: [String]) {
    self.names = names
    marks = names.map { Self.mark($0) }
  }

  /// The first of this name.
  func index(of name: String) -> Int? {
    let wanted = Self.mark(name)
    for index in marks.indices where marks[index] == wanted {
      if names[index] == name { return index }
    }
    return nil
  }

  /// FNV-1a.
  private static func mark(_ name: String) -> UInt32 {
    var mark: UInt32 = 0x811C_9DC5
    for byte in name.utf8 { mark = (mark ^ UInt32(byte)) &* 0x0100_0193 }
    return mark
  }
}
