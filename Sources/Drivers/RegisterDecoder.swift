public import Configuration
public import Telemetry

/// Registers to values, for one point.
public struct RegisterDecoder: Sendable {
  private let type: RegisterType
  private let wordOrder: WordOrder
  private let invalid: [UInt64]
  private let range: ClosedRange<Double>?
  private let scale: LinearScale

  /// A decoder for `point`.
  public init(_ point: Point) {
    type = point.type
    wordOrder = point.wordOrder
    invalid = point.invalid
    range = point.range
    scale = LinearScale(scale: point.scale, offset: point.offset)
  }

  /// The value in the point's registers.
  ///
  /// Whole numbers stay exact while there is no scale: an unsigned 64-bit number above Int64.max
  /// becomes a Double. Scaled ones become a Double. What the device holds in single precision stays
  /// so, scaled or not, for further digits would be made up.
  /// - Parameter words: the point's registers, in the order of their addresses.
  /// - Returns: the value; or missing, because the pattern is one that the profile declares
  ///   invalid, because it is an IEEE 754 NaN or infinity, or because the value is out of range.
  public func decode(_ words: ArraySlice<UInt16>) -> Outcome {
    precondition(words.count == type.registerCount, "a point is decoded from its own registers")
    let pattern = wordOrder.join(words)
    if invalid.contains(pattern) { return .missing(.notAvailable) }
    switch type {
    case .u16, .u32: return whole(Int64(pattern))
    case .s16: return whole(Int64(Int16(truncatingIfNeeded: pattern)))
    case .s32: return whole(Int64(Int32(truncatingIfNeeded: pattern)))
    case .s64: return whole(Int64(bitPattern: pattern))
    case .u64:
      guard let exact = Int64(exactly: pattern) else { return double(Double(pattern)) }
      return whole(exact)
    case .f32: return float(Float(bitPattern: UInt32(truncatingIfNeeded: pattern)))
    case .f64: return double(Double(bitPattern: pattern))
    }
  }

  private func whole(_ raw: Int64) -> Outcome {
    guard scale.isIdentity else { return double(Double(raw)) }
    return isInRange(Double(raw)) ? .integer(raw) : .missing(.outOfRange)
  }

  private func float(_ raw: Float) -> Outcome {
    guard raw.isFinite else { return .missing(.notANumber) }
    let value = scale.isIdentity ? raw : Float(scale.value(of: Double(raw)))
    // Scaled beyond single precision it is still a number.
    guard value.isFinite else { return double(Double(raw)) }
    return isInRange(Double(value)) ? .float(value) : .missing(.outOfRange)
  }

  private func double(_ raw: Double) -> Outcome {
    let value = scale.isIdentity ? raw : scale.value(of: raw)
    guard value.isFinite else { return .missing(.notANumber) }
    return isInRange(value) ? .double(value) : .missing(.outOfRange)
  }

  private func isInRange(_ value: Double) -> Bool { range?.contains(value) ?? true }
}

extension WordOrder {
  /// The number that registers make together, its last 16 bits from the least significant one.
  func join(_ words: ArraySlice<UInt16>) -> UInt64 {
    switch self {
    case .highFirst: words.reduce(0) { $0 << 16 | UInt64($1) }
    case .lowFirst: words.reversed().reduce(0) { $0 << 16 | UInt64($1) }
    }
  }

  /// The registers of a number, in the order of their addresses.
  func split(_ pattern: UInt64, into count: Int) -> [UInt16] {
    let lowFirst = (0..<count).map { UInt16(truncatingIfNeeded: pattern >> UInt64(16 * $0)) }
    return self == .lowFirst ? lowFirst : lowFirst.reversed()
  }
}
