internal import System
internal import Telemetry

/// Where the thread of a bus puts what it has read, and what it tells of itself.
final class BusOutlet: Sendable {
  /// Its sign of life.
  let pulse = Pulse(within: Pulse.slack)
  private let tally: Locked<BusTally>
  private let inbox: Inbox<Sample>
  private let totals: Locked<Totals>
  /// Nil once nothing is taken any more: a thread that hung must not be heard of again when another
  /// has its place.
  private let isOpen = Locked(true)

  /// An outlet into the inbox for these devices.
  init(_ devices: [(slot: Int, name: String)], inbox: Inbox<Sample>, totals: Locked<Totals>) {
    tally = Locked(BusTally(devices))
    self.inbox = inbox
    self.totals = totals
  }

  /// What was done so far.
  var done: BusTally { tally.withLock { $0 } }

  /// From now on nothing is taken.
  func close() {
    isOpen.withLock { $0 = false }
  }

  /// Takes what came of a device's turn, and counts it.
  func put(_ taken: DevicePost.Taken, isIsolated: Bool, turnsMissed: UInt64) {
    isOpen.withLock { isOpen in
      guard isOpen else { return }
      tally.withLock { tally in
        tally.add(
          taken.sample, errors: taken.errors, retries: taken.retries, isIsolated: isIsolated,
          took: taken.duration)
        tally.turnsMissed += turnsMissed
      }
      totals.withLock { totals in
        totals.add(taken.sample)
        totals.busErrors += UInt64(taken.errors.count)
        totals.busRetries += UInt64(taken.retries)
        totals.turnsMissed += turnsMissed
      }
      inbox.put(taken.sample)
    }
  }

  /// Takes what a device on pins has come to, and counts it.
  func put(_ sample: Sample, turnsMissed: UInt64, edgesLost: UInt64) {
    put(DevicePost.Taken(sample: sample), isIsolated: false, turnsMissed: turnsMissed)
    if edgesLost > 0 { totals.withLock { $0.edgesLost += edgesLost } }
  }
}
