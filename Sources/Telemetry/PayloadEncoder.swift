/// Batches as the JSON that consumers get; docs/payload.md describes it.
public enum PayloadEncoder {
  /// The JSON text of a batch (RFC 8259), without white space.
  ///
  /// A reading without a value is null, and its reason stands in the reading's `errors`, which is
  /// there only for that. Numbers have as many digits as tell them apart, or the channel's.
  /// - Parameters:
  ///   - gateway: the gateway's name.
  ///   - device: the device's name.
  ///   - id: what names this batch for ever.
  ///   - clock: where it is unknown, the times are left out until it is.
  public static func encode(
    _ batch: Batch, gateway: String, device: String, id: String, clock: BatchClock
  ) -> PayloadTemplate {
    var text: [UInt8] = []
    var gaps: [PayloadTemplate.Gap] = []
    text.reserveCapacity(capacity(of: batch, texts: [gateway, device, id]))
    text.append(contentsOf: "{\"gateway\":".utf8)
    JSONString.append(gateway, to: &text)
    text.append(contentsOf: ",\"device\":".utf8)
    JSONString.append(device, to: &text)
    text.append(contentsOf: ",\"id\":".utf8)
    JSONString.append(id, to: &text)
    let markOffset = text.count
    text.append(contentsOf: ",\"readings\":[".utf8)
    var isFirst = true
    for sample in batch.samples {
      if !isFirst { text.append(UInt8(ascii: ",")) }
      isFirst = false
      append(sample, batch.alarms, clock, to: &text, &gaps)
    }
    text.append(contentsOf: "]}".utf8)
    return PayloadTemplate(checked: text, .json, markOffset, gaps)
  }

  private static func capacity(of batch: Batch, texts: [String]) -> Int {
    batch.samples.reduce(PayloadSize.envelope) { $0 + PayloadSize.upperBound(of: $1) }
      + texts.reduce(0) { $0 + JSONString.length($1) }
  }

  private static func append(
    _ sample: Sample, _ alarms: [AlarmState], _ clock: BatchClock, to text: inout [UInt8],
    _ gaps: inout [PayloadTemplate.Gap]
  ) {
    text.append(contentsOf: "{\"ts\":".utf8)
    if let unixMilliseconds = clock.unixMilliseconds(of: sample) {
      NumberText.append(unixMilliseconds, to: &text)
    } else {
      gaps.append(
        PayloadTemplate.Gap(offset: text.count, sinceBoot: sample.sinceBoot.wholeMilliseconds))
    }
    var hasErrors = false
    for (channel, outcome) in zip(sample.channels, sample.outcomes) {
      text.append(UInt8(ascii: ","))
      JSONString.append(channel.name, to: &text)
      text.append(UInt8(ascii: ":"))
      outcome.appendJSON(digits: channel.digits, to: &text)
      if case .missing = outcome { hasErrors = true }
    }
    if hasErrors { appendErrors(of: sample, to: &text) }
    if !sample.doubts.isEmpty { appendDoubts(of: sample, to: &text) }
    if !alarms.isEmpty { append(alarms, of: sample, to: &text) }
    text.append(UInt8(ascii: "}"))
  }

  private static func append(_ alarms: [AlarmState], of sample: Sample, to text: inout [UInt8]) {
    text.append(contentsOf: ",\"alarms\":".utf8)
    var separator = UInt8(ascii: "{")
    for (channel, alarm) in zip(sample.channels, alarms) {
      text.append(separator)
      separator = UInt8(ascii: ",")
      JSONString.append(channel.name, to: &text)
      text.append(UInt8(ascii: ":"))
      JSONString.append(alarm.name, to: &text)
    }
    text.append(UInt8(ascii: "}"))
  }

  private static func appendDoubts(of sample: Sample, to text: inout [UInt8]) {
    text.append(contentsOf: ",\"doubts\":".utf8)
    var separator = UInt8(ascii: "{")
    for (channel, doubt) in zip(sample.channels, sample.doubts) {
      guard let doubt else { continue }
      text.append(separator)
      separator = UInt8(ascii: ",")
      JSONString.append(channel.name, to: &text)
      text.append(UInt8(ascii: ":"))
      JSONString.append(doubt.name, to: &text)
    }
    text.append(UInt8(ascii: "}"))
  }

  private static func appendErrors(of sample: Sample, to text: inout [UInt8]) {
    text.append(contentsOf: ",\"errors\":".utf8)
    var separator = UInt8(ascii: "{")
    for (channel, outcome) in zip(sample.channels, sample.outcomes) {
      guard case .missing(let reason) = outcome else { continue }
      text.append(separator)
      separator = UInt8(ascii: ",")
      JSONString.append(channel.name, to: &text)
      text.append(UInt8(ascii: ":"))
      JSONString.append(reason.name, to: &text)
    }
    text.append(UInt8(ascii: "}"))
  }
}
