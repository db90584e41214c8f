public import Configuration

/// A device that is not there: registers as a profile wants them, with values that move.
///
/// The values are a function of the profile and of the time that has passed, and of nothing else,
/// so two runs give the same. Each point moves by itself, as its unit and quantity suggest: a
/// voltage swings slowly around 230, a counter only grows. A total, which is a point that has
/// siblings named like it with `_l1`, `_l2`, `_l3` at the end, is their sum where sums make sense.
/// Nothing else agrees with anything: power is not voltage times current.
public struct SimulatedDevice: Sendable {
  private let points: [Point]
  private let signals: [SimulatedSignal]
  private let encoders: [RegisterEncoder]
  private let phases: [[Int]]
  private let layout: RequestPlan

  /// A device of that profile.
  public init(profile: DeviceProfile) {
    let points = profile.points
    self.points = points
    signals = points.indices.map { SimulatedSignal(points[$0], seed: $0) }
    encoders = points.map { RegisterEncoder($0) }
    phases = points.map { point in
      guard SimulatedSignal.addsUp(point) else { return [] }
      return (1...3).compactMap { phase in
        points.firstIndex { $0.name == "\(point.name)_l\(phase)" && $0.unit == point.unit }
      }
    }
    layout = RequestPlan(
      points: points, registersPerRead: SimulatedDevice.addressSpace,
      joinGap: profile.connection.joinGap)
  }

  /// The device's registers after `elapsed`.
  ///
  /// There are as many blocks as the profile's points make when they are joined over its join gap,
  /// always the same ones. Registers in such a gap are 0, because the profile says that they can be
  /// read; those outside of the blocks do not exist.
  public func registers(at elapsed: Duration) -> [RegisterBlock] {
    let values = points.indices.map { value(of: $0, at: elapsed) }
    return layout.requests.map { request in
      var words = [UInt16](repeating: 0, count: request.count)
      for value in request.values {
        words.replaceSubrange(
          value.registers, with: encoders[value.index].encode(values[value.index]))
      }
      return RegisterBlock(table: request.table, address: request.address, words: words)
    }
  }

  private func value(of index: Int, at elapsed: Duration) -> Double {
    let sum =
      phases[index].count == 3
      ? phases[index].reduce(0) { $0 + signals[$1].value(at: elapsed) }
      : signals[index].value(at: elapsed)
    guard let range = points[index].range else { return sum }
    return min(max(sum, range.lowerBound), range.upperBound)
  }

  /// How many registers a table can have.
  private static let addressSpace = 65_536
}
