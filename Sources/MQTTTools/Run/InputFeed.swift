internal import System

/// Standard input, read by a thread of its own: a pipe can keep a reader waiting for ever, and the
/// broker must not wait meanwhile.
///
/// The thread reads one piece ahead and no more, so that whoever writes into the pipe is held up
/// while the broker is slow.
final class InputFeed: Sendable {
  private struct State {
    var piece: [UInt8] = []
    var hasEnded = false
    var failure: Errno?
  }

  /// What there is to take.
  enum Taken: Equatable {
    /// Nothing yet; the bell rings when there is.
    case nothing
    /// The next bytes.
    case piece([UInt8])
    /// All has been taken.
    case end
    /// The rest cannot be read.
    case failed(Errno)
  }

  private let state = Locked(State())

  /// How much is read at once: some hundred lines.
  private static let pieceSize = 16 * 1_024

  /// Starts to read descriptor 0.
  /// - Parameter wakeup: rings when there is something to take.
  init(wakeup: Wakeup) throws(Errno) {
    let state = state
    _ = try Thread("stdin") { InputFeed.read(into: state, wakeup) }
  }

  /// Takes what has been read.
  func take() -> Taken {
    state.update { state in
      if !state.piece.isEmpty {
        var piece: [UInt8] = []
        swap(&piece, &state.piece)
        return .piece(piece)
      }
      if let failure = state.failure { return .failed(failure) }
      return state.hasEnded ? .end : .nothing
    }
  }

  private static func read(into state: Locked<State>, _ wakeup: Wakeup) {
    let input = FileDescriptor(owning: 0)
    var buffer = [UInt8](repeating: 0, count: pieceSize)
    while true {
      var failure: Errno?
      var count = 0
      do throws(Errno) {
        count = try buffer.withUnsafeMutableBufferPointer { (buffer) throws(Errno) in
          try input.read(into: UnsafeMutableRawBufferPointer(buffer))
        }
      } catch {
        failure = error
      }
      guard count > 0 else {
        state.update { state in
          state.failure = failure
          state.hasEnded = true
        }
        return wakeup.ring()
      }
      let piece = Array(buffer[..<count])
      state.wait { state in state.piece.isEmpty ? true : nil }
      state.update { $0.piece = piece }
      wakeup.ring()
    }
  }
}
