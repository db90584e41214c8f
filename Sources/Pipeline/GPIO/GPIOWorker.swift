internal import Buses
internal import Drivers
internal import System

/// What the thread of one GPIO chip does, from its start to its end.
final class GPIOWorker: Sendable {
  private let devices: [GPIODevice]
  private let names: [String]
  private let outlet: BusOutlet
  private let keeper: TotalsKeeper?
  private let isStopping = Locked(false)
  private let wakeup: Wakeup

  /// A worker for the devices on one chip.
  /// - Parameters:
  ///   - devices: the devices on this chip.
  ///   - names: their names.
  ///   - outlet: takes the readings.
  ///   - keeper: keeps what pulse counters have counted; nil where none is to be kept.
  /// - Throws: `EMFILE` or `ENFILE` where there are too many open files.
  init(
    devices: [GPIODevice], names: [String], outlet: BusOutlet, keeper: TotalsKeeper?
  ) throws(Errno) {
    self.devices = devices
    self.names = names
    self.outlet = outlet
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
    let outlet = outlet
    var loop = GPIOLoop(devices, names: names, keeper: keeper) { sample, missed, edgesLost in
      outlet.put(sample, turnsMissed: missed, edgesLost: edgesLost)
    }
    loop.run(on: &lines) {
      // It is asked after each wait.
      outlet.pulse.promise(within: GPIOLoop.waitMax + Pulse.slack)
      return isStopping.withLock { $0 }
    }
  }
}
