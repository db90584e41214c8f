import System
import Testing

@testable import Pipeline

struct InboxTests {
  @Test func `what is put comes out in order`() {
    let inbox = Inbox<Int>(capacity: 10)
    for number in 1...3 { inbox.put(number) }
    #expect(inbox.take(waitingFor: .zero) == [1, 2, 3])
    #expect(inbox.take(waitingFor: .zero) == [])
  }

  @Test func `a full inbox drops its oldest element and counts it`() {
    let inbox = Inbox<Int>(capacity: 3)
    for number in 1...5 { inbox.put(number) }
    #expect(inbox.dropped == 2)
    #expect(inbox.take(waitingFor: .zero) == [3, 4, 5])
  }

  @Test func `a closed inbox gives what is left and then ends`() {
    let inbox = Inbox<Int>(capacity: 3)
    inbox.put(1)
    inbox.close()
    inbox.put(2)
    #expect(inbox.take(waitingFor: .seconds(30)) == [1])
    #expect(inbox.take(waitingFor: .seconds(30)) == nil)
    #expect(inbox.dropped == 1)
  }

  @Test func `a waiting taker gets what another thread puts, and the end`() throws {
    let inbox = Inbox<Int>(capacity: 100)
    let taken = Locked<[Int]>([])
    let taker = try Thread("taker") {
      while let numbers = inbox.take(waitingFor: .seconds(30)) {
        taken.withLock { $0 += numbers }
      }
    }
    for number in 0..<100 { inbox.put(number) }
    inbox.close()
    #expect(taker.join(within: .seconds(30)))
    #expect(taken.withLock { $0 } == Array(0..<100))
  }
}
