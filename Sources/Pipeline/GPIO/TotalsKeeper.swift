internal import System
internal import Telemetry

/// Keeps the totals of pulse counters in a file, on a thread of its own: the threads of buses must not
/// wait for a memory card while edges come.
final class TotalsKeeper: Sendable {
  private struct State {
    var totals: KeptTotals
    var isChanged = true
    var isStopping = false
  }

  /// What the file had at the start.
  private let atStart: KeptTotals
  private let path: String
  private let state: Locked<State>
  private let wakeup: Wakeup

  /// A keeper of the file `counters` in a folder.
  /// - Throws: `EMFILE` or `ENFILE` where there are too many open files.
  init(directory: String) throws(Errno) {
    path = "\(directory)/counters"
    atStart = TotalsKeeper.read(path)
    state = Locked(State(totals: atStart))
    wakeup = try Wakeup()
  }

  /// The total with which a point goes on, and what is to be told of it. A counter that this process
  /// has counted before missed the pulses of a short while at most, as with a restart in good order.
  func found(_ point: String, device: String) -> (total: UInt64?, doubt: Doubt?) {
    let total = state.withLock { $0.totals.total(of: point, device: device) }
    let doubt = atStart.doubt(of: point, device: device)
    let isCounted = total != nil && atStart.total(of: point, device: device) != total
    return (total, isCounted ? doubt ?? .restarted : doubt)
  }

  /// Has totals written soon, where they differ from those that were put before.
  func put(_ totals: [(name: String, total: UInt64)], of device: String) {
    let isChanged = state.withLock { state in
      for total in totals where state.totals.set(total.total, of: total.name, device: device) {
        state.isChanged = true
      }
      return state.isChanged
    }
    if isChanged { wakeup.ring() }
  }

  /// Asks the thread to write what was put, with the mark of a good end, and to end.
  func requestStop() {
    state.withLock { $0.isStopping = true }
    wakeup.ring()
  }

  /// A card that does not take the file may do so later; till then the totals are in memory.
  private static let retryPause: Duration = .seconds(30)

  /// Works on the calling thread until it is asked to stop. The file says at once that the gateway
  /// runs, so that a power cut is noticed at the next start.
  func run() {
    var faults = LogLimiter()
    while true {
      let (text, isStopping) = state.withLock { state -> ([UInt8]?, Bool) in
        defer { state.isChanged = false }
        let isDue = state.isChanged || state.isStopping
        return (isDue ? state.totals.text(isRunning: !state.isStopping) : nil, state.isStopping)
      }
      var timeout = Poll.idle
      if let text {
        do throws(Errno) {
          try Files.replace(path, with: text)
          if faults.recover() { Log.notice("the totals are stored again") }
        } catch {
          state.withLock { $0.isChanged = true }
          timeout = TotalsKeeper.retryPause
          if let repeated = faults.tell(error.text, now: Clock.sinceBoot) {
            Log.error(
              "the totals cannot be stored",
              ["file": path, "reason": error.text, "repeated": "\(repeated)"])
          }
        }
      }
      if isStopping { return }
      do throws(Errno) {
        try Poll.wait(for: wakeup, timeout: timeout)
      } catch {
        Clock.sleep(for: .milliseconds(100))
      }
    }
  }

  private static func read(_ path: String) -> KeptTotals {
    do throws(Errno) {
      let found = KeptTotals(text: try Files.read(path, limit: KeptTotals.bytesMax))
      if !found.isDamaged { return found }
      Log.error("the file of totals is damaged", ["file": path])
      // It is written anew; what was there may help a person.
      try Files.rename(path, to: "\(path).damaged")
      return found
    } catch .noSuchFile {
      return KeptTotals()
    } catch {
      Log.error("the file of totals cannot be read", ["file": path, "reason": error.text])
      return .unreadable
    }
  }
}
