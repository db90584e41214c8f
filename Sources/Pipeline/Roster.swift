internal import System

/// Tells the recorder of devices that come and go while the gateway runs.
final class Roster: Sendable {
  private struct State {
    var joined: [BusStation.Resident] = []
    var left: [Int] = []
  }

  private let state = Locked(State())

  /// Announces devices. To be called before their first reading.
  func join(_ residents: [BusStation.Resident]) {
    state.withLock { $0.joined += residents }
  }

  /// Announces that the devices of these slots are read no more. What they have given is put into
  /// batches first.
  func leave(_ slots: [Int]) {
    state.withLock { $0.left += slots }
  }

  /// Devices that came since this was last asked.
  func takeJoined() -> [BusStation.Resident] {
    state.withLock { state in
      defer { state.joined = [] }
      return state.joined
    }
  }

  /// Slots of devices that went since this was last asked.
  func takeLeft() -> [Int] {
    state.withLock { state in
      defer { state.left = [] }
      return state.left
    }
  }
}
