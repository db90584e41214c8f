import Testing

@testable import Telemetry

struct AlarmWatchTests {
  private func limits(
    above: Double? = nil, below: Double? = nil, hysteresis: Double = 0, delay: Duration = .zero
  ) -> AlarmRules {
    var rules = AlarmRules()
    rules.above = above
    rules.below = below
    rules.hysteresis = hysteresis
    rules.delay = delay
    return rules
  }

  /// What becomes of some outcomes, a second apart; a dash for nothing new.
  private func states(_ outcomes: [Outcome], _ rules: AlarmRules) -> [String] {
    var watch = AlarmWatch()
    return outcomes.enumerated().map { second, outcome in
      watch.take(outcome, at: .seconds(second), rules)?.name ?? "-"
    }
  }

  private func states(_ values: [Double], _ rules: AlarmRules) -> String {
    states(values.map { .double($0) }, rules).joined(separator: " ")
  }

  @Test func `an alarm begins above the limit and ends a hysteresis below it`() {
    let rules = limits(above: 80, hysteresis: 2)
    #expect(
      states([70, 80, 80.1, 85, 79, 78.1, 78, 79, 81], rules)
        == "normal - above - - - normal - above")
  }

  @Test func `below is the same downwards, and one passes over into the other`() {
    let rules = limits(above: 80, below: 5, hysteresis: 2)
    #expect(
      states([50, 5, 4.9, 6.9, 7, 90, 1, 90, 50], rules)
        == "normal - below - normal above below above normal")
  }

  @Test func `the first value tells how it stands, be it an alarm or not`() {
    #expect(states([90, 90], limits(above: 80)) == "above -")
    #expect(states([10, 10], limits(above: 80)) == "normal -")
  }

  @Test func `a delay waits for values that stay, and an end is told at once`() {
    let rules = limits(above: 80, delay: .seconds(3))
    #expect(
      states([0, 90, 90, 0, 90, 90, 90, 90, 90, 0], rules) == "normal - - - - - - above - normal")
    // Before it is decided, the first is neither.
    #expect(states([90, 90, 90, 90], rules) == "- - - above")
    #expect(states([90, 0], rules) == "- normal")
  }

  @Test func `a delay begins anew with another alarm`() {
    let rules = limits(above: 80, below: 5, delay: .seconds(2))
    #expect(states([50, 90, 90, 0, 0, 0], rules) == "normal - - - - below")
  }

  @Test func `no value neither begins nor ends an alarm, nor a delay`() {
    let none = Outcome.missing(.timeout)
    #expect(
      states([none, .double(90), none, .double(90), .double(0)], limits(above: 80))
        == ["-", "above", "-", "-", "normal"])
    #expect(
      states([.double(0), .double(90), none, .double(90)], limits(above: 80, delay: .seconds(2)))
        == ["normal", "-", "-", "above"])
  }

  @Test(
    arguments: [
      (["true"], [.boolean(false), .boolean(true), .boolean(false)]),
      (["fault", "stop"], [.text("run"), .text("stop"), .text("running")]),
      (["fault"], [.texts([]), .texts(["dc", "fault"]), .texts(["dc"])]),
      (["-3"], [.integer(3), .integer(-3), .integer(0)]),
    ] as [([String], [Outcome])])
  func `values that are alarms by themselves`(matches: [String], outcomes: [Outcome]) {
    var rules = AlarmRules()
    rules.matches = matches
    #expect(states(outcomes, rules) == ["normal", "active", "normal"])
  }

  @Test func `a text is above nothing`() {
    #expect(states([.text("99"), .boolean(true)], limits(above: 0)) == ["normal", "-"])
  }
}
