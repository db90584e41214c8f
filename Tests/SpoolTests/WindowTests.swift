import Testing

@testable import Spool

struct WindowTests {
  private func window(at sequence: UInt64 = 0) -> Held {
    Held(Window(Position(identity: 1, sequence: sequence), limit: 4))
  }

  /// Expectations cannot change a variable; they can change what an object holds.
  @dynamicMemberLookup
  private final class Held {
    private var window: Window
    init(_ window: Window) { self.window = window }
    subscript<Value>(dynamicMember path: KeyPath<Window, Value>) -> Value { window[keyPath: path] }
    func handOut(_ sequence: UInt64, skipped: UInt64) -> Bool {
      window.handOut(sequence, skipped: skipped)
    }
    func acknowledge(_ sequence: UInt64) throws(SpoolError) { try window.acknowledge(sequence) }
    func miss(_ sequences: Range<UInt64>) { window.miss(sequences) }
    func pass(to next: UInt64, skipped: UInt64) { window.pass(to: next, skipped: skipped) }
  }

  @Test func `the position goes up to the first that is not acknowledged`() throws {
    let window = window()
    for sequence in 1...4 as ClosedRange<UInt64> {
      #expect(window.handOut(sequence, skipped: 0))
    }
    #expect(window.isFull)
    try window.acknowledge(3)
    try window.acknowledge(2)
    #expect(window.position.sequence == 0 && window.acknowledgedAhead == 2)
    try window.acknowledge(1)
    #expect(window.position.sequence == 3 && window.acknowledgedAhead == 0)
    #expect(!window.isFull)
    #expect(window.handOut(4, skipped: 0))
    #expect(!window.handOut(3, skipped: 0))
  }

  @Test func `a missing sequence is lost once what is before it has settled`() throws {
    let window = window()
    #expect(window.handOut(1, skipped: 0))
    #expect(window.handOut(4, skipped: 0))
    #expect(window.lost == 2 && window.lostAhead == 2)
    try window.acknowledge(4)
    #expect(window.position == Position(identity: 1, sequence: 0))
    try window.acknowledge(1)
    #expect(window.position == Position(identity: 1, sequence: 4, lost: 2))
    #expect(window.lost == 2 && window.lostAhead == 0)
  }

  @Test func `skipped sequences are not lost ones`() throws {
    let window = window(at: 10)
    // 11 to 20 are missing; the segment that begins with 21 says that 7 of them were skipped.
    #expect(window.handOut(21, skipped: 7))
    #expect(window.lost == 3)
    try window.acknowledge(21)
    #expect(window.position == Position(identity: 1, sequence: 21, lost: 3, skipped: 7))
    // The same count again says nothing new.
    window.pass(to: 25, skipped: 7)
    #expect(window.position == Position(identity: 1, sequence: 24, lost: 6, skipped: 7))
    // More than is missing cannot have been skipped.
    window.pass(to: 27, skipped: .max)
    #expect(window.position == Position(identity: 1, sequence: 26, lost: 6, skipped: 9))
  }

  @Test func `what was handed out and went missing is lost, and its acknowledgement too late`()
    throws
  {
    let window = window()
    for sequence in 1...3 as ClosedRange<UInt64> {
      #expect(window.handOut(sequence, skipped: 0))
    }
    window.miss(2..<3)
    #expect(window.lost == 1)
    try window.acknowledge(2)
    try window.acknowledge(1)
    #expect(window.position == Position(identity: 1, sequence: 2, lost: 1))
    #expect(!window.handOut(2, skipped: 0))
  }

  @Test func `what was never handed out cannot be acknowledged`() {
    let window = window(at: 5)
    #expect(throws: SpoolError.notHandedOut(sequence: 6)) { try window.acknowledge(6) }
    #expect(throws: Never.self) { try window.acknowledge(5) }
  }
}
