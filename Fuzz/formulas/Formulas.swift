/// Any bytes as formulas, one a line, and behind a zero the values of their slots. It must not
/// crash, must place its errors within the text, must give finite numbers, and what it computes
/// while it reads must be what it computes later.
@_cdecl("LLVMFuzzerTestOneInput")
public func readAnything(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let start, count > 0 else { return 0 }
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let end = bytes.firstIndex(of: 0) ?? count
  let slots = values(bytes[end...].dropFirst())

  var definitions: [(name: String, text: String)] = []
  for line in bytes[..<end].split(separator: UInt8(ascii: "\n")) {
    let text = String(decoding: line, as: UTF8.self)
    readAlone(text, slots)
    definitions.append((name: "f\(definitions.count)", text: text))
  }
  readTogether(definitions, slots)
  return 0
}

/// Eight slots, each of a byte for its kind and eight for its value.
private func values(_ bytes: ArraySlice<UInt8>) -> [FormulaValue] {
  var rest = bytes
  var values: [FormulaValue] = []
  while values.count < 8 {
    let kind = rest.popFirst() ?? 0
    var bits: UInt64 = 0
    for _ in 0..<8 { bits = bits << 8 | UInt64(rest.popFirst() ?? 0) }
    switch kind % 3 {
    case 0: values.append(.integer(Int64(bitPattern: bits)))
    case 1: values.append(.real(Double(bitPattern: bits)))
    default: values.append(.missing(.input(kind)))
    }
  }
  return values
}

/// `i0` to `i7` are promised as integers, `r0` to `r7` as reals, `b0` to `b7` as booleans; `t` is a
/// table. With `constants`, a slot that keeps its promise is known when the formula is read.
private func scope(_ slots: [FormulaValue], constants: Bool) -> FormulaScope {
  let table = FormulaTable([(key: -1, value: 0.5), (0, 1), (2.5, -3), (64, 1e300)])
  return FormulaScope(
    symbol: { name in
      let letters = Array(name.utf8)
      if name == "t" { return table.map { .table($0) } }
      guard letters.count == 2, letters[1] >= 0x30, letters[1] < 0x38 else { return nil }
      let slot = Int(letters[1] - 0x30)
      switch (letters[0], slots[slot]) {
      case (UInt8(ascii: "i"), .integer(let value)) where constants:
        return .constant(.integer(value))
      case (UInt8(ascii: "r"), .real(let value)) where constants: return .constant(.real(value))
      case (UInt8(ascii: "i"), _): return .slot(slot, .integer)
      case (UInt8(ascii: "r"), _): return .slot(slot, .real)
      case (UInt8(ascii: "b"), _): return .slot(slot, .boolean)
      default: return nil
      }
    },
    call: { function, argument in
      switch (function, argument) {
      case ("code", .some(let name)): name == "x" ? .unknownName : .symbol(.slot(7, .integer))
      case ("ms", nil): .scaled(by: .real(1e6))
      case ("u16", nil): .scaled(by: .integer(1))
      default: nil
      }
    })
}

private func check(_ error: FormulaError, _ text: String) {
  precondition(error.offset >= 0 && error.length >= 0, "a place before the text")
  precondition(error.offset + error.length <= text.utf8.count, "a place behind the text")
  precondition(!error.text.isEmpty, "an error without words")
}

private func check(_ value: FormulaValue) {
  if case .real(let real) = value { precondition(real.isFinite, "not finite") }
}

private func readAlone(_ text: String, _ slots: [FormulaValue]) {
  do throws(FormulaError) {
    let formula = try Formula(text, in: scope(slots, constants: false))
    precondition(formula.slotCount <= 8, "more slots than there are")
    let value = formula.evaluate(slots.span)
    check(value)
    precondition(formula.evaluate(slots.span) == value, "another value the second time")
    // A constant exponent makes another type.
    if text.contains("**") || text.contains("pow") { return }
    let known: Formula
    do throws(FormulaError) {
      known = try Formula(text, in: scope(slots, constants: true))
    } catch {
      return check(error, text)
    }
    if known.type == formula.type {
      precondition(known.evaluate(slots.span) == value, "another value from constants")
    }
  } catch {
    check(error, text)
  }
}

private func readTogether(
  _ definitions: [(name: String, text: String)], _ slots: [FormulaValue]
) {
  do throws(FormulaError) {
    let set = try FormulaSet(definitions, firstSlot: 8, in: scope(slots, constants: false))
    precondition(set.slotCount == 8 + definitions.count, "as many slots as formulas")
    var slots = slots + [FormulaValue](repeating: .missing(.input(0)), count: definitions.count)
    var span = slots.mutableSpan
    set.evaluate(&span)
    for value in slots[8...] { check(value) }
  } catch {
    precondition(error.formula >= 0 && error.formula < definitions.count, "whose error is it")
    check(error, definitions[error.formula].text)
  }
}
