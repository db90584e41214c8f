import Testing

@testable import Telemetry

struct ReportingTests {
  private func rules(_ report: Report, heartbeat: Duration? = nil) -> ChannelRules {
    var rules = ChannelRules(stream: 0)
    rules.report = report
    rules.heartbeat = heartbeat
    return rules
  }

  /// Which of some outcomes, a second apart, are reported.
  private func reported(_ outcomes: [Outcome], _ rules: ChannelRules) -> [Int] {
    var reporting = Reporting()
    return outcomes.indices.filter {
      reporting.takes(outcomes[$0], at: .seconds($0), rules)
    }
  }

  private func numbers(_ values: [Double]) -> [Outcome] { values.map { .double($0) } }

  @Test(
    arguments: [
      (.always, [1, 1, 1, 2], [0, 1, 2, 3]),
      (.onChange, [1, 1, 1.000_001, 1.000_001, 1], [0, 2, 4]),
      // By more than the deadband, from the last that was reported.
      (.deadband(0.5), [10, 10.25, 10.5, 10.75, 10.5, 10.25, 10, 9.75], [0, 3, 6]),
      (.deadbandPercent(2), [100, 101, 102, 102.5, 104, 105], [0, 3, 5]),
      (.deadbandPercent(2), [-100, -102, -98, -97.9], [0, 3]),
      (.deadbandPercent(50), [0, 0, 0.001, 0.001], [0, 2]),
      (.never, [1, 2, 3], []),
    ] as [(Report, [Double], [Int])])
  func `numbers are reported as the rule has it`(report: Report, values: [Double], expected: [Int])
  {
    #expect(reported(numbers(values), rules(report)) == expected)
  }

  @Test(arguments: [.onChange, .deadband(1_000), .deadbandPercent(99), .never] as [Report])
  func `from a value to none, back, and to another reason is always reported`(report: Report) {
    let outcomes: [Outcome] = [
      .integer(5), .missing(.timeout), .missing(.timeout), .missing(.connectionLost), .integer(5),
      .integer(5),
    ]
    let first = report == .never ? [] : [0]
    #expect(reported(outcomes, rules(report)) == first + [1, 3, 4])
    #expect(reported(Array(outcomes.dropFirst()), rules(report)) == [0, 2, 3])
  }

  @Test func `yes and no, texts and flags are reported when they change, whatever the deadband`() {
    let outcomes: [Outcome] = [
      .boolean(true), .boolean(true), .boolean(false), .text("on"), .text("on"), .texts(["on"]),
      .texts([]), .texts([]),
    ]
    #expect(reported(outcomes, rules(.deadband(10))) == [0, 2, 3, 5, 6])
    #expect(reported(outcomes, rules(.onChange)) == [0, 2, 3, 5, 6])
  }

  @Test func `whole numbers beyond what a Double tells apart are told apart`() {
    let outcomes: [Outcome] = [.integer(9_007_199_254_740_992), .integer(9_007_199_254_740_993)]
    #expect(reported(outcomes, rules(.onChange)) == [0, 1])
  }

  @Test func `a heartbeat repeats what has not changed, from the last report on`() {
    let values: [Double] = [1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2]
    #expect(reported(numbers(values), rules(.onChange, heartbeat: .seconds(4))) == [0, 3, 7, 11])
  }

  @Test func `a heartbeat is not put off by a turn for a few milliseconds`() {
    var reporting = Reporting()
    let rules = rules(.onChange, heartbeat: .seconds(60))
    let times: [Duration] = [.milliseconds(7), .seconds(50), .seconds(60)]
    let reported = times.filter { reporting.takes(.integer(1), at: $0, rules) }
    #expect(reported == [.milliseconds(7), .seconds(60)])
  }

  @Test func `no value is repeated by the heartbeat too`() {
    let outcomes = [Outcome](repeating: .missing(.timeout), count: 5)
    #expect(reported(outcomes, rules(.onChange, heartbeat: .seconds(2))) == [0, 2, 4])
  }
}
