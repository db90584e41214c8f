internal import Configuration
internal import Telemetry

/// The streams of devices: what of a device goes the same way, and which way that
/// is.
struct Streams {
  /// Where the batches of a stream go.
  struct Way: Equatable {
    /// The device's name.
    let device: String
    let topic: String
    let lane: QueueLane
  }

  /// What closes their batches; those of a device stand together.
  private(set) var rules: [StreamRules] = []
  /// One a stream.
  private(set) var ways: [Way] = []
  /// By device, what becomes of its channels, in the order of the device's points.
  private(set) var channels: [[ChannelRules]] = []

  /// The streams of some devices of a gateway.
  init(_ devices: [Device], gateway: String) {
    for (index, device) in devices.enumerated() {
      let first = ways.count
      let sampling = device.sampling
      var channels: [ChannelRules] = []
      for (point, place) in zip(sampling.points, device.points) {
        let way = Way(
          device: device.name,
          topic: sampling.topic.topic(
            gateway: gateway, device: device.name, profile: device.profile.id,
            channel: device.profile.points[place].name),
          lane: point.lane)
        let known = ways[first...].firstIndex(of: way)
        if known == nil {
          ways.append(way)
          rules.append(
            StreamRules(
              sampling, device: index,
              names: gateway.utf8.count + device.name.utf8.count))
        }
        channels.append(ChannelRules(point, stream: known ?? ways.count - 1))
      }
      self.channels.append(channels)
    }
  }
}

extension StreamRules {
  fileprivate init(_ sampling: Sampling, device: Int, names: Int) {
    self.init(device: device, time: sampling.batch.time)
    samplesMax = sampling.batch.readings
    payloadMax = sampling.batch.bytes
    format = sampling.payload == .senML ? .senML : .json
    overhead = StreamRules.overhead(names: names)
  }
}

extension ChannelRules {
  fileprivate init(_ point: Sampling.Point, stream: Int) {
    self.init(stream: stream)
    report =
      switch point.report {
      case .always: .always
      case .onChange: .onChange
      case .deadband(let width): .deadband(width)
      case .deadbandPercent(let percent): .deadbandPercent(percent)
      case .never: .never
      }
    heartbeat = point.heartbeat
    aggregates = point.aggregates.map { Aggregate($0.kind, suffix: $0.suffix) }
    if let rules = point.alarm {
      var alarm = AlarmRules()
      alarm.above = rules.above
      alarm.below = rules.below
      alarm.hysteresis = rules.hysteresis
      alarm.matches = rules.matches
      alarm.delay = rules.delay
      self.alarm = alarm
    }
  }
}

extension Sampling.Aggregate {
  fileprivate var kind: Aggregate.Kind {
    switch self {
    case .last: .last
    case .min: .min
    case .max: .max
    case .mean: .mean
    case .timeWeightedMean: .timeWeightedMean
    case .sum: .sum
    case .count: .count
    }
  }
}
