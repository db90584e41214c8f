import TestSupport
import Testing

@testable import Telemetry

/// The batcher with rules for channels.
struct StreamTests {
  private static let names = ["a", "b", "c"]

  /// A batcher of one device with channels a, b and c, by default all in one stream of a minute.
  private func batcher(
    streams: Int = 1, time: Duration = .seconds(60), _ change: (inout [ChannelRules]) -> Void
  ) -> Batcher {
    var rules = Self.names.map { _ in ChannelRules(stream: 0) }
    change(&rules)
    return Batcher(
      streams: (0..<streams).map { _ in StreamRules(device: 0, time: time) }, channels: [rules])
  }

  private func sample(_ seconds: Int, _ outcomes: [Outcome?]) -> Sample {
    let positions = outcomes.indices.filter { outcomes[$0] != nil }
    return Sample(
      device: 0, unixMilliseconds: Int64(seconds) * 1_000, sinceBoot: .seconds(seconds),
      channels: positions.map {
        Channel(name: Self.names[$0], digits: nil, unit: "none", index: $0)
      }, outcomes: positions.compactMap { outcomes[$0] })
  }

  private func json(_ batch: Batch?) -> String {
    guard let batch else { return "none" }
    let text = String(
      decoding: PayloadEncoder.encode(
        batch, gateway: "g", device: "d", id: "i", clock: known
      ).text, as: UTF8.self)
    return String(
      text.dropFirst(#"{"gateway":"g","device":"d","id":"i","readings":["#.utf8.count).dropLast(2))
  }

  @Test func `only what has changed gets into the batch, and a sample without any does not`() {
    var batcher = batcher { rules in
      rules[0].report = .onChange
      rules[1].report = .deadband(1)
      rules[2].report = .onChange
    }
    for (second, values) in [[1, 10, 5], [1, 10, 5], [2, 10, 5], [2, 12, 5]].enumerated() {
      let sample = sample(second, values.map { .integer(Int64($0)) })
      #expect(batcher.take(sample, now: .seconds(second)) == nil)
    }
    #expect(
      json(batcher.close(now: .seconds(4)))
        == #"{"ts":0,"a":1,"b":10,"c":5},{"ts":2000,"a":2},{"ts":3000,"b":12}"#)
    #expect(
      batcher.take(sample(5, [.integer(2), .integer(12), .integer(5)]), now: .seconds(5)) == nil)
    #expect(batcher.nextDeadline == nil)
  }

  @Test func `channels of another stream travel by themselves`() {
    var batcher = batcher(streams: 2) { $0[1].stream = 1 }
    #expect(batcher.take(sample(0, [.integer(1), .integer(2), .integer(3)]), now: .zero) == nil)
    let first = batcher.due(now: .seconds(60))
    let second = batcher.due(now: .seconds(60))
    #expect(first?.stream == 0 && json(first) == #"{"ts":0,"a":1,"c":3}"#)
    #expect(second?.stream == 1 && json(second) == #"{"ts":0,"b":2}"#)
    #expect(batcher.due(now: .seconds(60)) == nil)
  }

  @Test func `an alarm is a batch at once, and the readings stay in theirs`() {
    var batcher = batcher { rules in
      var alarm = AlarmRules()
      alarm.above = 80
      rules[1].alarm = alarm
    }
    let first = batcher.add(sample(0, [.integer(1), .integer(20), .integer(3)]), now: .zero)
    #expect(first.map { json($0) } == [#"{"ts":0,"b":20,"alarms":{"b":"normal"}}"#])
    #expect(
      batcher.take(sample(1, [.integer(1), .integer(70), .integer(3)]), now: .seconds(1)) == nil)
    let raised = batcher.add(sample(2, [.integer(1), .integer(90), .integer(3)]), now: .seconds(2))
    #expect(raised.map { json($0) } == [#"{"ts":2000,"b":90,"alarms":{"b":"above"}}"#])
    #expect(raised.first?.alarms == [.above])
    let batch = batcher.due(now: .seconds(60))
    #expect(batch?.alarms.isEmpty == true)
    #expect(batch?.samples.map { $0.outcomes[1] } == [.integer(20), .integer(70), .integer(90)])
  }

  @Test func `alarms of two streams are two batches`() {
    var alarm = AlarmRules()
    alarm.above = 0
    var batcher = batcher(streams: 2) { rules in
      for index in 0..<3 { rules[index].alarm = alarm }
      rules[2].stream = 1
    }
    let batches = batcher.add(sample(0, [.integer(1), .integer(0), .integer(3)]), now: .zero)
    #expect(batches.map(\.stream) == [0, 1])
    #expect(
      batches.map { json($0) } == [
        #"{"ts":0,"a":1,"b":0,"alarms":{"a":"above","b":"normal"}}"#,
        #"{"ts":0,"c":3,"alarms":{"c":"above"}}"#,
      ])
  }

  @Test func `aggregates are the batch's last reading, and raw values are as the rule has it`() {
    var batcher = batcher { rules in
      rules[0].report = .never
      rules[0].aggregates = [
        Aggregate(.mean, suffix: "_mean"), Aggregate(.count, suffix: "_count"),
      ]
      rules[1].report = .onChange
    }
    for (second, a) in [10, 20, nil, nil, 30].enumerated() {
      let outcome = a.map { Outcome.integer(Int64($0)) } ?? .missing(.timeout)
      #expect(
        batcher.take(sample(second, [outcome, .integer(1), nil]), now: .seconds(second)) == nil)
    }
    #expect(
      json(batcher.due(now: .seconds(60)))
        == #"{"ts":0,"b":1},{"ts":2000,"a":null,"errors":{"a":"timeout"}},{"ts":4000,"a":30},"#
        + #"{"ts":4000,"a_mean":20,"a_count":3,"a_missing":2}"#)
    #expect(batcher.due(now: .seconds(120)) == nil)
  }

  @Test func `a batch of aggregates alone is due as any other`() {
    var batcher = batcher { rules in
      for index in 0..<3 {
        rules[index].report = .never
        rules[index].aggregates = [Aggregate(.max, suffix: "_max")]
      }
    }
    for second in 0..<60 {
      let values: [Outcome] = [.integer(Int64(second)), .integer(1), .integer(2)]
      #expect(batcher.take(sample(second, values), now: .seconds(second)) == nil)
    }
    #expect(batcher.nextDeadline == .seconds(60))
    #expect(
      json(batcher.due(now: .seconds(60))) == #"{"ts":59000,"a_max":59,"b_max":1,"c_max":2}"#)
  }

  @Test func `a number of readings closes a batch, those in aggregates too`() {
    var rules = [ChannelRules(stream: 0)]
    rules[0].report = .never
    rules[0].aggregates = [Aggregate(.count, suffix: "_count")]
    var stream = StreamRules(device: 0, time: .seconds(3_600))
    stream.samplesMax = 5
    var batcher = Batcher(streams: [stream], channels: [rules])
    var closed: [String] = []
    for second in 0..<12 {
      closed += batcher.add(sample(second, [.integer(1), nil, nil]), now: .seconds(second)).map {
        json($0)
      }
    }
    #expect(closed == [#"{"ts":4000,"a_count":5}"#, #"{"ts":9000,"a_count":5}"#])
  }

  @Test(arguments: [BatchFormat.json, .senML], [1_024, 4_096, 65_536])
  func `a message never takes more bytes than its limit, and not much less`(
    format: BatchFormat, limit: Int
  ) {
    let name = "reactive_power_l1"
    var random = SplitMix64(seed: UInt64(limit))
    var stream = StreamRules(device: 0, time: .seconds(86_400))
    stream.payloadMax = limit
    stream.format = format
    stream.overhead = StreamRules.overhead(names: 12)
    var batcher = Batcher(streams: [stream], channels: [[ChannelRules(stream: 0)]])
    var sizes: [Int] = []
    for second in 0..<3_000 {
      let value = Double.random(in: -1e9...1e9, using: &random)
      let sample = Sample(
        device: 0, unixMilliseconds: 1_732_330_000_000 + Int64(second) * 1_001,
        sinceBoot: .milliseconds(second * 1_001),
        channels: [Channel(name: name, digits: nil, unit: "kvar")],
        outcomes: [second % 7 == 0 ? .missing(.gatewayPathUnavailable) : .double(value)])
      for batch in batcher.add(sample, now: .zero) {
        let id = "0123456789abcdef-18446744073709551615"
        let template =
          format == .json
          ? PayloadEncoder.encode(
            batch, gateway: "barnyard", device: "mtr1", id: id, clock: .unknown)
          : SenMLEncoder.encode(
            batch, gateway: "barnyard", device: "mtr1", id: id, clock: .unknown)
        sizes.append(
          template.filled(bootMilliseconds: 1_732_330_000_000, isSynchronized: false).count)
      }
    }
    #expect(sizes.count >= 2)
    for size in sizes { #expect(size <= limit && size > limit / 2, "\(size)") }
  }

  @Test func `what a message has besides its readings counts to its limit`() {
    var stream = StreamRules(device: 0, time: .seconds(60))
    stream.payloadMax = 1_024
    stream.overhead = StreamRules.overhead(names: 12)
    var batcher = Batcher(streams: [stream], channels: [[ChannelRules(stream: 0)]])
    let long = Outcome.text(String(repeating: "x", count: 450))
    #expect(batcher.take(sample(0, [long]), now: .zero) == nil)
    #expect(batcher.take(sample(1, [long]), now: .zero)?.samples.count == 1)
  }
}
