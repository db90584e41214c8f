public import Configuration
public import Telemetry

/// Registers to values, for one point.
public struct RegisterDecoder: Sendable {
  private let type: RegisterType
  private let bits: BitField?
  private let isHighFirst: Bool
  private let isSwapped: Bool
  /// Where the point's own registers begin, and where its scale factor is, among all that it needs.
  private let first: Int
  private let scaleFactor: Int?
  /// How many registers the point needs together.
  private let wordCount: Int
  private let invalid: [UInt64]
  private let meaning: PointMeaning
  private let counter: PointCounter?
  private let range: ClosedRange<Double>?
  private let clamp: ClosedRange<Double>?
  private let scale: LinearScale
  private let unit: Double
  /// Whether a formula makes the value of the raw number.
  let isRaw: Bool

  /// A decoder for `point`.
  public init(_ point: ModbusPoint) {
    type = point.type
    bits = point.bits
    isHighFirst = point.wordOrder == .highFirst
    isSwapped = point.byteOrder == .little
    let registers = point.registers
    first = Int(point.address) - registers.lowerBound
    scaleFactor = point.scaleFactor.map { Int($0) - registers.lowerBound }
    wordCount = registers.count
    invalid = point.invalid
    meaning = point.meaning
    counter = point.counter
    range = point.range
    clamp = point.clamp
    scale = LinearScale(scale: point.scale, offset: point.offset)
    unit = point.scale
    isRaw = point.formulas != nil
  }

  /// Whether the value depends on the readings before.
  var isCounter: Bool { counter != nil }

  /// The value in the point's registers, of which none was read before.
  public func decode(_ words: ArraySlice<UInt16>) -> Outcome {
    var state = CounterState()
    return finished(raw(words, &state))
  }

  /// The value in the point's registers.
  ///
  /// Whole numbers stay exact while there is no scale: an unsigned 64-bit number above Int64.max
  /// becomes a Double. Scaled ones become a Double. What the device holds in single precision stays
  /// so, scaled or not, for further digits would be made up.
  /// - Parameters:
  ///   - words: what `ModbusPoint.registers` says, in the order of the addresses.
  ///   - state: what is known of a point that counts.
  /// - Returns: the value; or missing, because the pattern is one that the profile declares
  ///   invalid, because it is an IEEE 754 NaN or infinity or digits that are none, because a
  ///   counter made a step that cannot be, or because the value is out of range. Of a point with
  ///   formulas it is the raw number; `finished` gives the value.
  func decode(_ words: ArraySlice<UInt16>, _ state: inout CounterState) -> Outcome {
    let raw = raw(words, &state)
    return isRaw ? raw : finished(raw)
  }

  /// The number that the registers make, with its power of ten, before scaling.
  private func raw(_ words: ArraySlice<UInt16>, _ state: inout CounterState) -> Outcome {
    precondition(words.count == wordCount, "a point is decoded from its own registers")
    let own = words.startIndex + first
    if case .text(let layout) = type {
      return text(words[own..<own + type.registerCount], layout)
    }
    var pattern = pattern(words, own)
    if let bits { pattern = pattern >> UInt64(bits.low) & (UInt64.max >> UInt64(64 - bits.count)) }
    for other in invalid where other == pattern { return .missing(.notAvailable) }
    switch meaning {
    case .truth: return .boolean(pattern != 0)
    case .flags: return .integer(Int64(bitPattern: pattern))
    case .number, .labels: break
    }
    switch type {
    case .u16, .u32, .u64, .s16, .s32, .s64: break
    case .bcd4, .bcd8, .bcd16:
      guard let number = RegisterDecoder.decimal(pattern) else { return .missing(.notANumber) }
      pattern = number
    case .f16: return real(RegisterDecoder.single(UInt16(truncatingIfNeeded: pattern)), &state)
    case .f32: return real(Float(bitPattern: UInt32(truncatingIfNeeded: pattern)), &state)
    case .f64:
      let value = Double(bitPattern: pattern)
      guard value.isFinite else { return .missing(reason(ofNaN: value.isNaN)) }
      return isBelieved(value, &state) ? .double(value) : .missing(.implausibleStep)
    case .text: return .missing(.notAvailable)
    }
    var factor: Int16 = 0
    if let scaleFactor {
      let word = words[words.startIndex + scaleFactor]
      factor = Int16(bitPattern: isSwapped ? word.byteSwapped : word)
      // SunSpec Device Information Model Specification, 4.2.8: 0x8000 is "not implemented".
      guard (-10...10).contains(factor) else { return .missing(.notAvailable) }
    }
    guard let counter else { return whole(pattern, factor) }
    if let bits = counter.bits, bits < 64, pattern >> UInt64(bits) != 0 {
      return .missing(.outOfRange)
    }
    let unit = factor == 0 ? unit : unit * RegisterDecoder.power(factor)
    let event = state.take(pattern, counter, unit: unit, scaleFactor: factor)
    if event == .implausible { return .missing(.implausibleStep) }
    let (sum, overflows) = pattern.addingReportingOverflow(state.carried)
    return overflows ? .double(Double(pattern) + Double(state.carried)) : whole(sum, factor)
  }

  private func pattern(_ words: ArraySlice<UInt16>, _ own: Int) -> UInt64 {
    let count = type.registerCount
    var pattern: UInt64 = 0
    for index in 0..<count {
      let word = words[own + (isHighFirst ? index : count - 1 - index)]
      pattern = pattern << 16 | UInt64(isSwapped ? word.byteSwapped : word)
    }
    return pattern
  }

  /// A pattern as a number, by a power of ten.
  private func whole(_ pattern: UInt64, _ factor: Int16) -> Outcome {
    let width = Int(bits?.count ?? UInt8(16 * type.registerCount))
    var number = Int64(bitPattern: pattern)
    if type.isSigned && counter == nil {
      number = (number << Int64(64 - width)) >> Int64(64 - width)
    } else if number < 0 {
      return .double(Double(pattern) * RegisterDecoder.power(factor))
    }
    if factor == 0 { return .integer(number) }
    let power = RegisterDecoder.wholePower(factor)
    if factor < 0 { return .double(LinearScale.quotient(number, power)) }
    let (product, overflows) = number.multipliedReportingOverflow(by: power)
    return overflows ? .double(Double(number) * Double(power)) : .integer(product)
  }

  private func real(_ value: Float, _ state: inout CounterState) -> Outcome {
    guard value.isFinite else { return .missing(reason(ofNaN: value.isNaN)) }
    return isBelieved(Double(value), &state) ? .float(value) : .missing(.implausibleStep)
  }

  /// A NaN may be the device's way to say "not available".
  private func reason(ofNaN isNaN: Bool) -> MissingReason {
    guard isNaN else { return .notANumber }
    for pattern in invalid {
      switch type {
      case .f16: if pattern == 0x7E00 { return .notAvailable }
      case .f32: if pattern == 0x7FC0_0000 { return .notAvailable }
      default: if pattern == 0x7FF8_0000_0000_0000 { return .notAvailable }
      }
    }
    return .notANumber
  }

  private func isBelieved(_ value: Double, _ state: inout CounterState) -> Bool {
    guard let counter else { return true }
    return state.take(value, counter, unit: unit.magnitude) != .implausible
  }
}

extension RegisterDecoder {
  /// The value of a raw number.
  func finished(_ raw: Outcome) -> Outcome {
    switch raw {
    case .integer(let number):
      switch meaning {
      case .labels(let table): return .text(table.name(of: number) ?? "unknown(\(number))")
      case .flags(let table):
        return .texts(RegisterDecoder.names(UInt64(bitPattern: number), table))
      case .number, .truth: break
      }
      guard scale.isIdentity && clamp == nil else { return limited(scale.value(of: number)) }
      return isInRange(Double(number)) ? raw : .missing(.outOfRange)
    case .float(let number):
      let value = scale.isIdentity ? number : Float(scale.value(of: Double(number)))
      // Scaled beyond single precision it is still a number.
      guard value.isFinite else { return limited(scale.value(of: Double(number))) }
      return limited(value)
    case .double(let number):
      return limited(scale.isIdentity ? number : scale.value(of: number))
    case .boolean, .text, .texts, .missing: return raw
    }
  }

  /// A value within the clamp, and in the range.
  func limited(_ value: Double) -> Outcome {
    guard value.isFinite else { return .missing(.notANumber) }
    var value = value
    if let clamp { value = min(max(value, clamp.lowerBound), clamp.upperBound) }
    return isInRange(value) ? .double(value) : .missing(.outOfRange)
  }

  /// The same for what the device holds in single precision.
  func limited(_ value: Float) -> Outcome {
    if let clamp, !clamp.contains(Double(value)) { return limited(Double(value)) }
    return isInRange(Double(value)) ? .float(value) : .missing(.outOfRange)
  }

  /// Whether the device holds it in single precision.
  var isSingle: Bool { type == .f32 || type == .f16 }

  func isInRange(_ value: Double) -> Bool { range?.contains(value) ?? true }

  /// The names of the bits that are set; `bit(9)` where the table has none.
  private static func names(_ pattern: UInt64, _ table: LabelTable) -> [String] {
    var names: [String] = []
    for bit in 0..<Int64(64) where pattern >> UInt64(bit) & 1 == 1 {
      names.append(table.name(of: bit) ?? "bit(\(bit))")
    }
    return names
  }

  /// A text up to its first NUL, without the spaces at its end. What is not ASCII becomes `?`.
  private func text(
    _ words: ArraySlice<UInt16>, _ layout: RegisterType.TextLayout
  ) -> Outcome {
    var bytes: [UInt8] = []
    var isBlank = true
    for index in 0..<Int(layout.characters) {
      let word: UInt16
      let isHigh: Bool
      switch layout.bytes {
      case .both:
        word = words[words.startIndex + index / 2]
        isHigh = (index % 2 == 0) != isSwapped
      case .low, .high:
        word = words[words.startIndex + index]
        isHigh = layout.bytes == .high
      }
      let byte = UInt8(truncatingIfNeeded: isHigh ? word >> 8 : word)
      if byte == 0 { break }
      if byte != 0xFF { isBlank = false }
      bytes.append((0x20..<0x7F).contains(byte) ? byte : UInt8(ascii: "?"))
    }
    while bytes.last == UInt8(ascii: " ") { bytes.removeLast() }
    // Erased memory is all ones, and SunSpec's "not implemented" all zeros.
    if isBlank || bytes.isEmpty { return .missing(.notAvailable) }
    return .text(String(decoding: bytes, as: UTF8.self))
  }

  /// The number of four-bit digits; nil where one is above 9.
  private static func decimal(_ pattern: UInt64) -> UInt64? {
    var number: UInt64 = 0
    for digit in 0..<UInt64(16) {
      let value = pattern >> (60 - 4 * digit) & 0xF
      guard value <= 9 else { return nil }
      number = number * 10 + value
    }
    return number
  }

  /// A half (IEEE 754 binary16) as a single, exactly.
  private static func single(_ half: UInt16) -> Float {
    let exponent = UInt32(half >> 10 & 0x1F)
    let fraction = UInt32(half & 0x3FF)
    let sign = UInt32(half & 0x8000) << 16
    switch exponent {
    case 0:
      // Subnormal: in units of 2^-24.
      let value = Float(fraction) / 16_777_216
      return sign == 0 ? value : -value
    case 0x1F: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }

  private static func wholePower(_ factor: Int16) -> Int64 {
    var power: Int64 = 1
    for _ in 0..<factor.magnitude { power *= 10 }
    return power
  }

  private static func power(_ factor: Int16) -> Double {
    let power = Double(wholePower(factor))
    return factor < 0 ? 1 / power : power
  }
}
