import Telemetry

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
