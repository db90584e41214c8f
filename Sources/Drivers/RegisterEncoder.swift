public import Configuration

/// Values to registers, for one point: what a simulated device does. The gateway writes nothing.
public struct RegisterEncoder: Sendable {
  private let type: RegisterType
  private let wordOrder: WordOrder
  private let scale: LinearScale

  /// An encoder for `point`.
  public init(_ point: Point) {
    type = point.type
    wordOrder = point.wordOrder
    scale = LinearScale(scale: point.scale, offset: point.offset)
  }

  /// The registers that hold `value`, in the order of their addresses.
  ///
  /// A whole-number type takes the nearest number it has; NaN becomes 0 there.
  /// - Parameter value: the value in the point's unit.
  public func encode(_ value: Double) -> [UInt16] {
    wordOrder.split(pattern(of: scale.raw(of: value)), into: type.registerCount)
  }

  private func pattern(of raw: Double) -> UInt64 {
    switch type {
    case .u16: UInt64(nearest(raw, UInt16.self))
    case .s16: UInt64(UInt16(bitPattern: nearest(raw, Int16.self)))
    case .u32: UInt64(nearest(raw, UInt32.self))
    case .s32: UInt64(UInt32(bitPattern: nearest(raw, Int32.self)))
    case .u64: nearest(raw, UInt64.self)
    case .s64: UInt64(bitPattern: nearest(raw, Int64.self))
    case .f32: UInt64(Float(raw).bitPattern)
    case .f64: raw.bitPattern
    }
  }

  /// Converting a Double that the type does not have would trap, so the ends come first; Double's
  /// form of the upper end may be one above it. The conversion cuts the fraction off, and rounding
  /// is done by hand, because `rounded()` would need the mathematics library.
  private func nearest<Whole: FixedWidthInteger>(_ value: Double, _: Whole.Type) -> Whole {
    if value.isNaN { return 0 }
    if value <= Double(Whole.min) { return .min }
    if value >= Double(Whole.max) { return .max }
    let whole = Whole(value)
    let fraction = value - Double(whole)
    if fraction >= 0.5 { return whole + 1 }
    return fraction <= -0.5 ? whole - 1 : whole
  }
}
