import Telemetry
import Testing

/// A channel of that name, without digits or unit.
func channel(_ name: String, digits: Int? = nil) -> Channel {
  Channel(name: name, digits: digits, unit: "none")
}

/// A sample of one device with one whole number.
func sample(of device: Int = 0, _ number: Int64 = 0) -> Sample {
  Sample(
    device: device, unixMilliseconds: number, sinceBoot: .milliseconds(number),
    channels: [channel("n")],
    outcomes: [.integer(number)])
}

/// A sample at 0 with those channels and outcomes.
func sample(_ channels: [Channel], _ outcomes: [Outcome]) -> Sample {
  Sample(
    device: 0, unixMilliseconds: 0, sinceBoot: .zero, channels: channels, outcomes: outcomes)
}

/// The clock of a machine that was booted when the Unix epoch began, and knows it.
let known = BatchClock.known(bootMilliseconds: 0)

extension Batcher {
  /// A batcher of devices with a stream each and one channel of which nothing is said.
  init(periods: [Duration]) {
    self.init(
      streams: periods.enumerated().map { StreamRules(device: $0.offset, time: $0.element) },
      channels: periods.indices.map { [ChannelRules(stream: $0)] })
  }

  /// Takes a sample that closes one batch at most.
  mutating func take(_ sample: Sample, now: Duration) -> Batch? {
    let batches = add(sample, now: now)
    #expect(batches.count <= 1)
    return batches.first
  }
}
