import Testing

@testable import Telemetry

/// What is to be known of a value besides, on its way into messages.
@Suite struct DoubtTests {
  private let channels = [
    Channel(name: "rain", digits: nil, unit: "mm", index: 0),
    Channel(name: "rate", digits: nil, unit: "mm/h", index: 1),
  ]

  private func sample(_ doubts: [Doubt?], at second: Int64 = 0) -> Sample {
    Sample(
      device: 0, unixMilliseconds: second * 1_000, sinceBoot: .seconds(second),
      channels: channels, outcomes: [.integer(3), .integer(0)], doubts: doubts)
  }

  @Test(arguments: Doubt.allCases)
  func `a doubt stands beside the values, and only where there is one`(doubt: Doubt) {
    let batch = Batch(device: 0, samples: [sample([doubt, nil]), sample([])])
    let text = PayloadEncoder.encode(batch, gateway: "g", device: "d", id: "i", clock: known).text
    #expect(
      String(decoding: text, as: UTF8.self) == """
        {"gateway":"g","device":"d","id":"i","readings":[\
        {"ts":0,"rain":3,"rate":0,"doubts":{"rain":"\(doubt.name)"}},\
        {"ts":0,"rain":3,"rate":0}]}
        """)
    #expect(
      text.count <= PayloadSize.envelope + 3 + 2 * PayloadSize.upperBound(of: sample([doubt, nil])))
  }

  @Test func `in SenML a doubt is a record behind its value`() {
    let batch = Batch(device: 0, samples: [sample([nil, .unsaved])])
    let text = SenMLEncoder.encode(batch, gateway: "g", device: "d", id: "i", clock: known).text
    let records = String(decoding: text, as: UTF8.self)
    #expect(records.hasSuffix(#""v":0},{"n":"rate.doubt","vs":"unsaved"}]"#), "\(records)")
  }

  @Test func `a doubt is reported though the value has not changed, with its own channel alone`() {
    var rules = [ChannelRules(stream: 0), ChannelRules(stream: 0)]
    rules[0].report = .onChange
    rules[1].report = .onChange
    var batcher = Batcher(streams: [StreamRules(device: 0, time: .seconds(60))], channels: [rules])
    _ = batcher.add(sample([], at: 0), now: .zero)
    _ = batcher.add(sample([], at: 1), now: .zero)
    _ = batcher.add(sample([.edgesMissed, nil], at: 2), now: .zero)
    let samples = batcher.close(now: .seconds(3))?.samples ?? []
    #expect(samples.count == 2)
    #expect(samples.last?.channels.map(\.name) == ["rain"])
    #expect(samples.last?.doubts == [.edgesMissed])
  }

  /// They are in payloads that others keep.
  @Test func `names and numbers are never changed`() {
    #expect(
      Doubt.allCases.map(\.name) == ["restarted", "edges-missed", "unsaved", "total-lost"])
    #expect(MissingReason.lineNotFound.name == "line-not-found")
    #expect(MissingReason.powerOnValue.name == "power-on-value")
  }
}
