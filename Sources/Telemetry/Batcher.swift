/// Gathers the samples of each device until its period has passed or its batch is full.
///
/// A batch's period starts with its first sample. Time is an argument: whoever owns this asks
/// `nextDeadline`, waits, and calls `due` until it gives nothing.
public struct Batcher: Sendable {
  /// A batch with this many samples is closed. It bounds what waits in memory where samples are
  /// small; ten a second for 100 s reach it.
  public static let samplesMax = 1_000

  /// A batch whose readings may take more bytes than this as JSON is closed before they do. It
  /// bounds memory, and the time that one message holds a slow link: 10 s at 50 kbit/s.
  public static let payloadMax = 64 * 1_024

  private let periods: [Duration]
  private var open: [OpenBatch?]

  private struct OpenBatch {
    var samples: [Sample]
    /// Upper bound of the bytes that `samples` take as JSON.
    var payload: Int
    let deadline: Duration
  }

  /// A batcher for the devices of a configuration.
  /// - Parameter periods: by device, how long samples wait for others; zero sends each by itself.
  public init(periods: [Duration]) {
    self.periods = periods
    open = Array(repeating: nil, count: periods.count)
  }

  /// Takes a sample.
  ///
  /// A sample that does not fit into the device's batch, or comes after its deadline, closes that
  /// batch and starts the next. A sample larger than `payloadMax` makes a batch of its own size.
  /// - Returns: the batch that this sample has closed, if any; it has the sample in it or not.
  public mutating func add(_ sample: Sample, now: Duration) -> Batch? {
    let device = sample.device
    let period = periods[device]
    if period <= .zero { return Batch(device: device, samples: [sample]) }

    let payload = PayloadSize.upperBound(of: sample)
    guard var batch = open[device], now < batch.deadline,
      batch.payload + payload <= Batcher.payloadMax
    else {
      let closed = take(device)
      open[device] = OpenBatch(samples: [sample], payload: payload, deadline: now + period)
      return closed
    }
    // Not to copy the samples: nothing else holds them while they grow.
    open[device] = nil
    batch.samples.append(sample)
    batch.payload += payload
    open[device] = batch
    return batch.samples.count >= Batcher.samplesMax ? take(device) : nil
  }

  /// The next batch whose period has passed, in the order of the devices; nil when there is none.
  public mutating func due(now: Duration) -> Batch? {
    for device in open.indices {
      if let batch = open[device], batch.deadline <= now { return take(device) }
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
  public mutating func close() -> Batch? {
    for device in open.indices where open[device] != nil { return take(device) }
    return nil
  }

  private mutating func take(_ device: Int) -> Batch? {
    guard let batch = open[device] else { return nil }
    open[device] = nil
    return Batch(device: device, samples: batch.samples)
  }
}
