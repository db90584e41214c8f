import Testing

@testable import Telemetry

struct AggregationTests {
  private static let all: [Aggregate] = [
    Aggregate(.last, suffix: "_last"), Aggregate(.min, suffix: "_min"),
    Aggregate(.max, suffix: "_max"), Aggregate(.mean, suffix: "_mean"),
    Aggregate(.sum, suffix: "_sum"), Aggregate(.count, suffix: "_count"),
    Aggregate(.timeWeightedMean, suffix: "_time_weighted_mean"),
  ]

  /// What comes out of outcomes at times in seconds, by the names behind the channel's.
  private func close(
    _ aggregation: inout Aggregation, at seconds: Int, digits: Int? = nil
  ) -> [String: Outcome] {
    var (channels, outcomes): ([Channel], [Outcome]) = ([], [])
    aggregation.close(at: .seconds(seconds), Self.all, &channels, &outcomes)
    return Dictionary(uniqueKeysWithValues: zip(channels.map(\.name), outcomes))
  }

  private func close(_ outcomes: [(Int, Outcome)], at end: Int) -> [String: Outcome] {
    var aggregation = Aggregation()
    for (seconds, outcome) in outcomes {
      aggregation.add(outcome, of: channel("p"), at: .seconds(seconds))
    }
    return close(&aggregation, at: end)
  }

  @Test func `everything is worked out of numbers`() {
    let values = close(
      [(0, .double(2)), (10, .double(8)), (15, .double(-1)), (55, .double(5))], at: 60)
    #expect(values["p_last"] == .double(5))
    #expect(values["p_min"] == .double(-1))
    #expect(values["p_max"] == .double(8))
    #expect(values["p_mean"] == .double(3.5))
    #expect(values["p_sum"] == .double(14))
    #expect(values["p_count"] == .integer(4))
    // 2 for 10 s, 8 for 5 s, -1 for 40 s, 5 for 5 s: 45 / 60.
    #expect(values["p_time_weighted_mean"] == .double(0.75))
    #expect(values["p_missing"] == nil)
  }

  @Test func `what has no value is left out, counted, and weighs nothing`() {
    let values = close(
      [
        (0, .double(10)), (20, .missing(.timeout)), (40, .missing(.connectionLost)),
        (50, .double(40)),
      ],
      at: 60)
    #expect(values["p_mean"] == .double(25))
    #expect(values["p_count"] == .integer(2))
    #expect(values["p_missing"] == .integer(2))
    // 10 for 20 s, 40 for 10 s.
    #expect(values["p_time_weighted_mean"] == .double(20))
  }

  @Test func `without any value each has the last reason, and the counts say so`() {
    let values = close([(0, .missing(.timeout)), (30, .missing(.outOfRange))], at: 60)
    for name in ["last", "min", "max", "mean", "sum", "time_weighted_mean"] {
      #expect(values["p_\(name)"] == .missing(.outOfRange), "\(name)")
    }
    #expect(values["p_count"] == .integer(0))
    #expect(values["p_missing"] == .integer(2))
  }

  @Test func `whole numbers have a whole sum, and single precision stays single`() {
    let whole = close([(0, .integer(1)), (1, .integer(2))], at: 2)
    #expect(whole["p_sum"] == .integer(3))
    #expect(whole["p_mean"] == .double(1.5))
    #expect(whole["p_max"] == .integer(2))
    let single = close([(0, .float(230.2)), (1, .float(230.4))], at: 2)
    #expect(single["p_mean"] == .float(230.3))
    #expect(single["p_min"] == .float(230.2))
  }

  @Test func `yes and no count as one and zero, texts only as they are`() {
    let switched = close([(0, .boolean(true)), (45, .boolean(false))], at: 60)
    #expect(switched["p_time_weighted_mean"] == .double(0.75))
    #expect(switched["p_last"] == .boolean(false))
    #expect(switched["p_max"] == .boolean(true))
    let text = close([(0, .text("a")), (1, .text("b"))], at: 2)
    #expect(text["p_last"] == .text("b"))
    #expect(text["p_count"] == .integer(2))
    #expect(text["p_mean"] == .missing(.notANumber))
  }

  @Test func `the last value holds over the end of a batch, and the rest begins anew`() {
    var aggregation = Aggregation()
    aggregation.add(.double(10), of: channel("p"), at: .seconds(0))
    _ = close(&aggregation, at: 60)
    aggregation.add(.double(40), of: channel("p"), at: .seconds(80))
    let values = close(&aggregation, at: 120)
    #expect(values["p_count"] == .integer(1))
    #expect(values["p_mean"] == .double(40))
    // 10 for 20 s, 40 for 40 s.
    #expect(values["p_time_weighted_mean"] == .double(30))
    #expect(close(&aggregation, at: 180).isEmpty)
  }

  @Test func `a batch that ends with its only sample has that for its mean`() {
    #expect(close([(7, .double(3))], at: 7)["p_time_weighted_mean"] == .double(3))
  }

  @Test func `means have two digits more than the channel, and counts none of its unit`() {
    var aggregation = Aggregation()
    aggregation.add(.double(1), of: Channel(name: "p", digits: 1, unit: "W"), at: .zero)
    var (channels, outcomes): ([Channel], [Outcome]) = ([], [])
    aggregation.close(at: .seconds(1), Self.all, &channels, &outcomes)
    let byName = Dictionary(uniqueKeysWithValues: channels.map { ($0.name, $0) })
    #expect(byName["p_mean"]?.digits == 3 && byName["p_mean"]?.unit == "W")
    #expect(byName["p_max"]?.digits == 1)
    #expect(byName["p_count"]?.unit == "count")
  }

  @Test func `samples that come out of order stop nothing`() {
    let values = close([(10, .double(1)), (5, .double(3))], at: 8)
    #expect(values["p_count"] == .integer(2))
    #expect(values["p_time_weighted_mean"] != nil)
  }
}
