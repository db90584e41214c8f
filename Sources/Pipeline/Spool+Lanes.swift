internal import Configuration
internal import Spool
internal import System

/// The spool as the configuration wants it: two lanes, of which alarms go first.
extension Spool.Options {
  init(_ queue: Queue) {
    self.init(
      lanes: [
        Spool.LaneOptions(name: "alarm", queue.alarm),
        Spool.LaneOptions(name: "telemetry", queue.telemetry),
      ],
      durability: Spool.Durability(queue.durability),
      drain: Spool.DrainOrder(queue.drain),
      rate: queue.rateLimit.map {
        Spool.RateLimit(
          messagesPerSecond: $0.messagesPerSecond, bytesPerSecond: $0.bytesPerSecond,
          burst: $0.burst)
      },
      freeBytesMin: queue.freeBytesMin ?? Spool.Options.freeBytesMin(at: queue.path),
      memoryBytesMax: queue.memoryBytesMax)
  }

  /// What other programs need to go on when the disk is nearly full: logs, package databases.
  private static let freeBytesUsual: Int64 = 16 << 20

  /// Of a small file system not even that, but an eighth.
  private static func freeBytesMin(at path: String) -> Int64 {
    // Where it cannot be told, the spool will find out what the trouble is, and tell it.
    guard let size = try? Files.fileSystemBytes(at: path) else { return freeBytesUsual }
    return min(freeBytesUsual, size / 8)
  }
}

extension QueueLane {
  /// Its place in the spool's options.
  var index: Int {
    switch self {
    case .alarm: 0
    case .telemetry: 1
    }
  }
}

extension Spool.LaneOptions {
  fileprivate init(name: String, _ lane: Queue.Lane) {
    let whenFull: Spool.WhenFull =
      switch lane.whenFull {
      case .dropOldest: .dropOldest
      case .dropNewest: .dropNewest
      case .thin: .thin
      }
    self.init(name: name, bytesMax: lane.bytesMax, ageMax: lane.ageMax, whenFull: whenFull)
  }
}

extension Spool.Durability {
  fileprivate init(_ durability: Queue.Durability) {
    switch durability {
    case .eachRecord: self = .eachRecord
    case .every(let interval, let records): self = .every(interval, records: records)
    case .spill(let after): self = .spill(after: after)
    }
  }
}

extension Spool.DrainOrder {
  fileprivate init(_ drain: Queue.Drain) {
    switch drain {
    case .oldestFirst: self = .oldestFirst
    case .liveFirst(let share): self = .liveFirst(backlogShare: share)
    }
  }
}

/// A record's name as the number that the client gives back with an acknowledgement. Sequences from a
/// damaged disk may have 62 bits, and fit in beside a bit for the lane.
extension Spool.RecordID {
  init(token: UInt64) {
    self.init(lane: Int(token & 1), sequence: token >> 1)
  }

  var token: UInt64 { sequence << 1 | UInt64(lane) }
}

extension Spool.BootID {
  init(_ id: (UInt64, UInt64)) {
    self.init(high: id.0, low: id.1)
  }
}
