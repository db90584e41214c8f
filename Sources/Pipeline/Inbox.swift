internal import System

/// The hand-over from the bus threads to the recorder: bounded, in memory, first in, first out.
///
/// When it is full, the oldest element makes room and is counted: a recorder that hangs on a slow
/// disk must neither stop the sampling nor eat the memory.
final class Inbox<Element: Sendable>: Sendable {
  private struct State {
    var elements: [Element] = []
    var isClosed = false
    var isPoked = false
    var dropped: UInt64 = 0
  }

  private let state = Locked(State())
  private let capacity: Int

  /// An empty inbox that holds up to `capacity` elements.
  init(capacity: Int) {
    precondition(capacity > 0, "an inbox holds something")
    self.capacity = capacity
  }

  /// How many elements had to make room so far.
  var dropped: UInt64 { state.withLock { $0.dropped } }

  /// Hands an element over; after `close` it is dropped and counted.
  func put(_ element: Element) {
    state.update { state in
      if state.isClosed {
        state.dropped += 1
        return
      }
      if state.elements.count == capacity {
        state.elements.removeFirst()
        state.dropped += 1
      }
      state.elements.append(element)
    }
  }

  /// Takes all that is there, and waits for up to `timeout` where nothing is.
  /// - Returns: the elements, oldest first; none after the timeout, or when poked; nil once the inbox is closed
  ///   and empty.
  func take(waitingFor timeout: Duration) -> [Element]? {
    state.wait(for: timeout) { state in
      state.elements.isEmpty && !state.isClosed && !state.isPoked ? nil : true
    }
    return state.withLock { state in
      state.isPoked = false
      if state.elements.isEmpty && state.isClosed { return nil }
      defer { state.elements = [] }
      return state.elements
    }
  }

  /// Ends a wait for elements: there is something else to look at.
  func poke() {
    state.update { $0.isPoked = true }
  }

  /// Nothing more comes: `take` ends once it has given what is left.
  func close() {
    state.update { $0.isClosed = true }
  }
}
