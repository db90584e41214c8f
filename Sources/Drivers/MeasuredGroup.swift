internal import Configuration
public import Telemetry

/// Points of a device on lines or files that are due at the same times.
public struct MeasuredGroup: Sendable {
  /// The time from one sample to the next.
  public let interval: Duration
  /// What its samples have, in the profile's order.
  public let channels: [Channel]
  /// Whether a truth value among them may be an alarm, whose change is to be seen at once.
  public let isUrgent: Bool
  /// What is to be worked out, in this order, for what comes later may use it: the points that have a
  /// channel here, and those that are in no group and that formulas need.
  let steps: [Step]

  /// A point that is worked out.
  struct Step: Equatable, Sendable {
    let point: Int
    /// Whether it has a channel.
    let isShown: Bool
  }

  /// The groups of a device.
  /// - Parameter inputs: by point, the points above it that its formula uses.
  static func groups(of configuration: Device, inputs: [[Int]]) -> [MeasuredGroup] {
    return configuration.placesByInterval.map { interval, places in
      let points = places.map { configuration.points[$0] }
      return MeasuredGroup(
        interval: interval,
        channels: zip(points, places).map { point, place in
          let shown = configuration.profile.points[point]
          return Channel(name: shown.name, digits: shown.digits, unit: shown.unit, index: place)
        },
        isUrgent: zip(points, places).contains { point, place in
          configuration.sampling.points[place].alarm != nil
            && configuration.profile.points[point].kind == .boolean
        },
        steps: steps(points, of: configuration, inputs))
    }
  }

  private static func steps(
    _ points: [Int], of configuration: Device, _ inputs: [[Int]]
  ) -> [Step] {
    var isNeeded = inputs.indices.map { points.contains($0) }
    for point in inputs.indices.reversed() where isNeeded[point] {
      for input in inputs[point] where !configuration.points.contains(input) {
        isNeeded[input] = true
      }
    }
    return isNeeded.indices.filter { isNeeded[$0] }
      .map { Step(point: $0, isShown: points.contains($0)) }
  }
}
