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
  /// By channel, its point.
  let points: [Int]

  /// The groups of a device.
  static func groups(of configuration: Device) -> [MeasuredGroup] {
    var intervals: [Duration] = []
    for place in configuration.points.indices {
      let interval = configuration.interval(ofPoint: place)
      if !intervals.contains(interval) { intervals.append(interval) }
    }
    return intervals.map { interval in
      let places = configuration.points.indices.filter {
        configuration.interval(ofPoint: $0) == interval
      }
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
        points: points)
    }
  }
}
