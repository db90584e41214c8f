/// Gathers the samples of each device to batches, as the rules of its channels and streams want it.
///
/// A batch's period starts with its first sample. Time is an argument: whoever owns this asks
/// `nextDeadline`, waits, and calls `due` until it gives nothing.
public struct Batcher: Sendable {
  /// A batch with this many samples is closed. It bounds what waits in memory where samples are
  /// small; ten a second for 100 s reach it.
  public static let samplesMax = 1_000

  /// A batch whose readings may take more bytes than this when it is written is closed before they
  /// do. It bounds memory, and the time that one message holds a slow link: 10 s at 50 kbit/s.
  public static let payloadMax = 64 * 1_024

  private let streams: [StreamRules]
  /// By device, the indices of its streams.
  private let streamsOfDevice: [Range<Int>]
  /// By device, by the index of the channel.
  private let rules: [[ChannelRules]]
  private var channels: [[ChannelState]]
  /// By stream.
  private var open: [OpenBatch?]

  private struct ChannelState {
    var reporting = Reporting()
    var alarm = AlarmWatch()
    var aggregation = Aggregation()
  }

  private struct OpenBatch {
    var samples: [Sample] = []
    /// Samples that went into it, themselves or by their aggregates.
    var count = 0
    /// Upper bound of the bytes that it takes when it is written.
    var payload: Int
    let deadline: Duration
    /// The last sample that went into aggregates.
    var aggregated: Sample?
  }

  /// A batcher for the devices of a configuration.
  /// - Parameters:
  ///   - streams: what closes batches; those of a device stand together.
  ///   - channels: by device, what becomes of the outcomes of its channels, by their indices.
  public init(streams: [StreamRules], channels: [[ChannelRules]]) {
    self.streams = streams
    streamsOfDevice = channels.indices.map { device in
      let first = streams.firstIndex { $0.device == device } ?? 0
      return first..<(first + streams.count { $0.device == device })
    }
    rules = channels
    self.channels = channels.map { rules in
      rules.allSatisfy { $0.isPlain } ? [] : rules.map { _ in ChannelState() }
    }
    open = Array(repeating: nil, count: streams.count)
  }

  /// Takes a sample.
  ///
  /// A sample that does not fit into the open batch, or comes after its deadline, closes that batch
  /// and starts the next. A sample larger than a batch may be makes one of its own size.
  /// - Returns: what this sample has closed, alarms first.
  public mutating func add(_ sample: Sample, now: Duration) -> [Batch] {
    let rules = rules[sample.device]
    let hasStates = !channels[sample.device].isEmpty
    var batches: [Batch] = []
    if !hasStates, streamsOfDevice[sample.device].count == 1 {
      // What most devices are: all that is read goes one way.
      append(sample, nil, to: streamsOfDevice[sample.device].lowerBound, now: now, &batches)
      return batches
    }
    if hasStates { batches = takeAlarms(sample) }
    let isReported =
      hasStates
      ? sample.channels.indices.map { position in
        let index = sample.channels[position].index
        return channels[sample.device][index].reporting.takes(
          sample.outcomes[position], isDoubtful: sample.isDoubtful(position),
          at: sample.sinceBoot, rules[index])
      } : nil
    for stream in streamsOfDevice[sample.device] {
      let part = sample.part { position in
        rules[sample.channels[position].index].stream == stream && isReported?[position] ?? true
      }
      var isAggregated = false
      if hasStates {
        for channel in sample.channels where rules[channel.index].stream == stream {
          if !rules[channel.index].aggregates.isEmpty { isAggregated = true }
        }
      }
      if part == nil && !isAggregated { continue }
      append(part, isAggregated ? sample : nil, to: stream, now: now, &batches)
    }
    return batches
  }

  /// The next batch whose period has passed, in the order of the streams; nil when there is none.
  public mutating func due(now: Duration) -> Batch? {
    for stream in open.indices {
      guard let batch = open[stream], batch.deadline <= now else { continue }
      if let closed = take(stream, now: now) { return closed }
    }
    return nil
  }

  /// When the next batch will be due; nil while nothing waits.
  public var nextDeadline: Duration? {
    var earliest: Duration?
    for case let batch? in open where earliest.map({ batch.deadline < $0 }) ?? true {
      earliest = batch.deadline
    }
    return earliest
  }

  /// The next batch, due or not, for the end of the program; nil when nothing waits any more.
  public mutating func close(now: Duration) -> Batch? {
    for stream in open.indices where open[stream] != nil {
      if let closed = take(stream, now: now) { return closed }
    }
    return nil
  }

  /// Batches of their own for those channels whose alarm has come to something new.
  private mutating func takeAlarms(_ sample: Sample) -> [Batch] {
    var states: [AlarmState?] = []
    for (position, channel) in sample.channels.enumerated() {
      guard let rules = rules[sample.device][channel.index].alarm else { continue }
      guard
        let state = channels[sample.device][channel.index].alarm.take(
          sample.outcomes[position], at: sample.sinceBoot, rules)
      else { continue }
      if states.isEmpty { states = sample.channels.map { _ in nil } }
      states[position] = state
    }
    if states.isEmpty { return [] }
    var batches: [Batch] = []
    for stream in streamsOfDevice[sample.device] {
      func isTold(_ position: Int) -> Bool {
        states[position] != nil
          && rules[sample.device][sample.channels[position].index].stream == stream
      }
      guard let part = sample.part(where: isTold) else { continue }
      batches.append(
        Batch(
          device: sample.device, stream: stream, samples: [part],
          alarms: states.indices.filter(isTold).compactMap { states[$0] }))
    }
    return batches
  }

  private mutating func append(
    _ part: Sample?, _ aggregated: Sample?, to stream: Int, now: Duration, _ batches: inout [Batch]
  ) {
    let limits = streams[stream]
    if limits.time <= .zero {
      if let part { batches.append(Batch(device: part.device, stream: stream, samples: [part])) }
      return
    }
    let payload = part.map { PayloadSize.upperBound(of: $0, as: limits.format) } ?? 0
    if let batch = open[stream],
      now >= batch.deadline
        || (!batch.samples.isEmpty && batch.payload + payload > limits.payloadMax),
      let closed = take(stream, now: now)
    {
      batches.append(closed)
    }
    var batch =
      open[stream]
      ?? OpenBatch(
        payload: limits.overhead + aggregateBytes(of: stream), deadline: now + limits.time)
    // Not to copy the samples: nothing else holds them while they grow.
    open[stream] = nil
    if let part { batch.samples.append(part) }
    batch.payload += payload
    batch.count += 1
    if let aggregated {
      batch.aggregated = aggregated
      aggregate(aggregated, stream)
    }
    open[stream] = batch
    if batch.count >= limits.samplesMax, let closed = take(stream, now: now) {
      batches.append(closed)
    }
  }

  private mutating func aggregate(_ sample: Sample, _ stream: Int) {
    let rules = rules[sample.device]
    for (position, channel) in sample.channels.enumerated() {
      guard rules[channel.index].stream == stream, !rules[channel.index].aggregates.isEmpty
      else { continue }
      channels[sample.device][channel.index].aggregation.add(
        sample.outcomes[position], of: channel, at: sample.sinceBoot)
    }
  }

  private mutating func take(_ stream: Int, now: Duration) -> Batch? {
    guard var batch = open[stream] else { return nil }
    open[stream] = nil
    let device = streams[stream].device
    if let last = batch.aggregated {
      var names: [Channel] = []
      var outcomes: [Outcome] = []
      for (index, rules) in rules[device].enumerated() where rules.stream == stream {
        if rules.aggregates.isEmpty { continue }
        channels[device][index].aggregation.close(at: now, rules.aggregates, &names, &outcomes)
      }
      batch.samples.append(
        Sample(
          device: device, unixMilliseconds: last.unixMilliseconds, sinceBoot: last.sinceBoot,
          channels: names, outcomes: outcomes))
    }
    return batch.samples.isEmpty
      ? nil : Batch(device: device, stream: stream, samples: batch.samples)
  }

  /// Room for what will come out of a stream's aggregates; not more than half of a batch, for else
  /// there would be none for the readings.
  private func aggregateBytes(of stream: Int) -> Int {
    let bytes = rules[streams[stream].device].reduce(0) { bytes, rules in
      rules.stream == stream && !rules.aggregates.isEmpty
        ? bytes + (rules.aggregates.count + 1) * Batcher.aggregateBytes : bytes
    }
    return min(bytes, streams[stream].payloadMax / 2)
  }

  /// A value, its name and its reason as JSON: `"NAME_time_weighted_mean":VALUE,` twice.
  private static let aggregateBytes = 200
}

extension Sample {
  /// Whether there is something to be known of a value besides.
  fileprivate func isDoubtful(_ position: Int) -> Bool {
    !doubts.isEmpty && doubts[position] != nil
  }

  /// The sample with some of its channels; nil where there are none.
  fileprivate func part(where isIn: (_ position: Int) -> Bool) -> Sample? {
    let positions = channels.indices.filter(isIn)
    if positions.count == channels.count { return self }
    if positions.isEmpty { return nil }
    return Sample(
      device: device, unixMilliseconds: unixMilliseconds, sinceBoot: sinceBoot,
      channels: positions.map { channels[$0] }, outcomes: positions.map { outcomes[$0] },
      doubts: positions.contains(where: isDoubtful) ? positions.map { doubts[$0] } : [])
  }
}
