internal import Buses
internal import Drivers
internal import System
internal import Telemetry

/// What the thread of one GPIO chip does, from its start to its end.
final class GPIOWorker: Sendable {
  private let devices: [GPIODevice]
  private let names: [String]
  private let inbox: Inbox<Sample>
  private let totals: Locked<Totals>
  private let keeper: TotalsKeeper?
  private let isStopping = Locked(false)
  private let wakeup: Wakeup

  /// A worker for the devices on one chip.
  /// - Parameters:
  ///   - devices: the devices on this chip.
  ///   - names: the names of all devices of the configuration, by their index there.
  ///   - inbox: takes the readings.
  ///   - totals: counts what was done.
  ///   - keeper: keeps what pulse counters have counted; nil where none is to be kept.
  /// - Throws: `EMFILE` or `ENFILE` where there are too many open files.
  init(
    devices: [GPIODevice], names: [String], inbox: Inbox<Sample>, totals: Locked<Totals>,
    keeper: TotalsKeeper?
  ) throws(Errno) {
    self.devices = devices
    self.names = names
    self.inbox = inbox
    self.totals = totals
    self.keeper = keeper
    wakeup = try Wakeup()
  }

  /// Asks the thread to end after the edges that are at hand.
  func requestStop() {
    isStopping.withLock { $0 = true }
    wakeup.ring()
  }

  /// Works on the calling thread until it is asked to stop.
  /// - Parameter chip: the chip's name or path.
  func run(on chip: String) {
    do throws(Errno) {
      var lines = try GPIOChip(chip, wakeup: wakeup)
      run(over: &lines)
    } catch {
      Log.error("the chip cannot be watched", ["chip": chip, "reason": error.text])
    }
  }

  /// Works on the calling thread until it is asked to stop.
  func run<Lines: GPIOLines & ~Copyable>(over lines: inout Lines) {
    let inbox = inbox
    let totals = totals
    var loop = GPIOLoop(devices, names: names, keeper: keeper) { sample, missed, edgesLost in
      totals.withLock { totals in
        totals.add(sample)
        totals.turnsMissed += missed
        totals.edgesLost += edgesLost
      }
      inbox.put(sample)
    }
    loop.run(on: &lines) { isStopping.withLock { $0 } }
  }
}
