import Configuration
import Testing

@testable import Drivers

@Suite struct DebouncerTests {
  /// Milliseconds and directions in, and out.
  private func run(_ edges: [(Int, Bool)], period: Int, until end: Int) -> [Edge] {
    var debouncer = Debouncer(period: .milliseconds(period), isActive: false)
    var clean: [Edge] = []
    for (time, isRising) in edges {
      if let edge = debouncer.take(Edge(isRising: isRising, time: .milliseconds(time))) {
        clean.append(edge)
      }
    }
    while let edge = debouncer.settle(now: .milliseconds(end)) { clean.append(edge) }
    return clean
  }

  @Test func `a level counts once it has stayed for the period, and is stamped with that time`() {
    #expect(
      run([(0, true), (2, false), (5, true)], period: 10, until: 100)
        == [Edge(isRising: true, time: .milliseconds(15))])
  }

  @Test func `a knock shorter than the period leaves no edge`() {
    #expect(run([(0, true), (9, false)], period: 10, until: 100) == [])
  }

  @Test func `a level that has stayed just as long counts`() {
    let edges = run([(0, true), (10, false)], period: 10, until: 100)
    #expect(edges.map(\.isRising) == [true, false])
    #expect(edges.map(\.time) == [.milliseconds(10), .milliseconds(20)])
  }

  @Test func `where an edge is lost the period begins anew`() {
    #expect(
      run([(0, true), (8, true)], period: 10, until: 100)
        == [Edge(isRising: true, time: .milliseconds(18))])
  }

  @Test func `nothing is known before the deadline`() {
    var debouncer = Debouncer(period: .milliseconds(10), isActive: false)
    #expect(debouncer.deadline == nil)
    _ = debouncer.take(Edge(isRising: true, time: .milliseconds(5)))
    #expect(debouncer.deadline == .milliseconds(15))
    #expect(debouncer.settle(now: .milliseconds(14)) == nil)
    #expect(debouncer.settle(now: .milliseconds(15)) != nil)
    #expect(debouncer.deadline == nil)
  }
}
