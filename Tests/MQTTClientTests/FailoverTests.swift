import MQTTClient
import Testing

@Suite struct FailoverTests {
  @Test func `each broker is tried in order, and a pause comes after the last`() {
    var failover = Failover(count: 3, stay: .seconds(60))
    var tried: [Int] = []
    var pauses: [Bool] = []
    for _ in 0..<6 {
      tried.append(failover.index)
      pauses.append(failover.fail())
    }
    #expect(tried == [0, 1, 2, 0, 1, 2])
    #expect(pauses == [false, false, true, false, false, true])
  }

  @Test func `a single broker has a pause after each failure, and nothing to return to`() {
    var failover = Failover(count: 1, stay: .seconds(60))
    let isOver = failover.fail()
    #expect(isOver)
    failover.connect(now: .seconds(5))
    #expect(failover.index == 0)
    #expect(failover.returnDeadline == nil)
  }

  @Test func `a substitute is left for the first after its time`() {
    var failover = Failover(count: 2, stay: .seconds(60))
    _ = failover.fail()
    #expect(failover.index == 1)
    #expect(failover.returnDeadline == nil)
    failover.connect(now: .seconds(100))
    #expect(failover.returnDeadline == .seconds(160))
    failover.disconnect()
    #expect(failover.index == 0)
    #expect(failover.returnDeadline == nil)
  }

  @Test func `after a connection has ended the first is tried first`() {
    var failover = Failover(count: 3, stay: .seconds(60))
    _ = failover.fail()
    _ = failover.fail()
    failover.connect(now: .zero)
    failover.disconnect()
    #expect(failover.index == 0)
  }
}
