/// Batches as SenML packs in JSON (RFC 8428); docs/payload.md describes what they are made of.
public enum SenMLEncoder {
  /// The JSON text of a batch, without white space.
  ///
  /// The first record has the base name, the base time and the batch's identifier. A reading without
  /// a value is a record of another name with the reason, for a record must have a value.
  /// - Parameters:
  ///   - gateway: the gateway's name.
  ///   - device: the device's name.
  ///   - id: what names this batch for ever.
  ///   - clock: where it is unknown, the base time is left out until it is.
  public static func encode(
    _ batch: Batch, gateway: String, device: String, id: String, clock: BatchClock
  ) -> PayloadTemplate {
    var text: [UInt8] = []
    text.reserveCapacity(
      batch.samples.reduce(
        PayloadSize.overhead(names: gateway.utf8.count + device.utf8.count)
      ) { $0 + PayloadSize.upperBound(of: $1, as: .senML) })
    text.append(contentsOf: "[{\"bn\":".utf8)
    // Letters come first, whatever the gateway's name begins with (RFC 8428, 4.5.1).
    JSONString.append("godwit/\(gateway)/\(device)/", to: &text)
    if batch.samples.contains(where: { $0.channels.contains { $0.hasSecondaryUnit } }) {
      // Version 10 with the feature of secondary units (RFC 9100, 4).
      text.append(contentsOf: ",\"bver\":26".utf8)
    }
    text.append(UInt8(ascii: ","))
    let markOffset = text.count
    text.append(contentsOf: "\"bt\":".utf8)
    let first = batch.samples[0]
    let base = clock.unixMilliseconds(of: first)
    var gaps: [PayloadTemplate.Gap] = []
    if let base {
      BatchFormat.senML.append(time: base, to: &text)
    } else {
      gaps.append(
        PayloadTemplate.Gap(offset: text.count, sinceBoot: first.sinceBoot.wholeMilliseconds))
    }
    text.append(contentsOf: ",\"n\":\"batch.id\",\"vs\":".utf8)
    JSONString.append(id, to: &text)
    text.append(UInt8(ascii: "}"))
    for sample in batch.samples {
      let time: Int64
      if let base, let own = clock.unixMilliseconds(of: sample) {
        time = own - base
      } else {
        time = sample.sinceBoot.wholeMilliseconds - first.sinceBoot.wholeMilliseconds
      }
      append(sample, batch.alarms, time, to: &text)
    }
    text.append(UInt8(ascii: "]"))
    return PayloadTemplate(checked: text, .senML, markOffset, gaps)
  }

  private static func append(
    _ sample: Sample, _ alarms: [AlarmState], _ time: Int64, to text: inout [UInt8]
  ) {
    for (index, channel) in sample.channels.enumerated() {
      append(sample.outcomes[index], of: channel, time, to: &text)
      if !sample.doubts.isEmpty, let doubt = sample.doubts[index] {
        begin("\(channel.name).doubt", time, to: &text)
        append(text: doubt.name, to: &text)
      }
      if alarms.isEmpty { continue }
      begin("\(channel.name).alarm", time, to: &text)
      append(text: alarms[index].name, to: &text)
    }
  }

  private static func append(
    _ outcome: Outcome, of channel: Channel, _ time: Int64, to text: inout [UInt8]
  ) {
    switch outcome {
    case .integer(let value):
      begin(channel, time, to: &text)
      NumberText.append(value, to: &text)
      text.append(UInt8(ascii: "}"))
    case .float(let value) where value.isFinite:
      begin(channel, time, to: &text)
      NumberText.append(value, digits: channel.digits, to: &text)
      text.append(UInt8(ascii: "}"))
    case .double(let value) where value.isFinite:
      begin(channel, time, to: &text)
      NumberText.append(value, digits: channel.digits, to: &text)
      text.append(UInt8(ascii: "}"))
    case .boolean(let value):
      begin(channel.name, time, to: &text)
      text.append(contentsOf: (value ? "\"vb\":true}" : "\"vb\":false}").utf8)
    case .text(let value):
      begin(channel.name, time, to: &text)
      append(text: value, to: &text)
    case .texts(let values):
      begin(channel.name, time, to: &text)
      append(text: values.joined(separator: ","), to: &text)
    case .missing(let reason):
      begin("\(channel.name).error", time, to: &text)
      append(text: reason.name, to: &text)
    case .float, .double:
      append(.missing(.notANumber), of: channel, time, to: &text)
    }
  }

  /// A record of a number, up to the number.
  private static func begin(_ channel: Channel, _ time: Int64, to text: inout [UInt8]) {
    begin(channel.name, time, to: &text)
    if channel.unit != "none" {
      text.append(contentsOf: "\"u\":".utf8)
      JSONString.append(channel.unit, to: &text)
      text.append(UInt8(ascii: ","))
    }
    text.append(contentsOf: "\"v\":".utf8)
  }

  /// A record up to what its value is, with the time since the base time where there is one.
  private static func begin(_ name: String, _ time: Int64, to text: inout [UInt8]) {
    text.append(contentsOf: ",{\"n\":".utf8)
    JSONString.append(name, to: &text)
    text.append(UInt8(ascii: ","))
    if time == 0 { return }
    text.append(contentsOf: "\"t\":".utf8)
    NumberText.append(seconds: time, to: &text)
    text.append(UInt8(ascii: ","))
  }

  /// The end of a record, with a text for its value.
  private static func append(text value: String, to text: inout [UInt8]) {
    text.append(contentsOf: "\"vs\":".utf8)
    JSONString.append(value, to: &text)
    text.append(UInt8(ascii: "}"))
  }
}
