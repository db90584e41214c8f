extension Spool {
  /// When an appended record survives a power cut.
  public enum Durability: Equatable, Sendable {
    /// When `append` returns: each record is synchronized by itself.
    case eachRecord
    /// At most this long after it was appended, if `work` is called in time, or when so many are
    /// waiting, whichever is first: they are synchronized together.
    case every(Duration, records: Int)
    /// When it has been unacknowledged for so long, if `work` is called in time. What is acknowledged
    /// sooner never touches the disk. When memory is short and at `close` it is written at once.
    case spill(after: Duration)
  }

  /// What gives way when a lane has no more room.
  public enum WhenFull: Equatable, Sendable {
    /// The oldest records, a segment at a time.
    case dropOldest
    /// The record that is to be appended: `append` throws `full`.
    case dropNewest
    /// Every second record among the older half, and of these again every second, as needed.
    case thin
  }

  /// A queue within the spool, with limits of its own.
  public struct LaneOptions: Equatable, Sendable {
    /// The name of its directory: 1 to 32 of a to z, 0 to 9 and dash. It is what finds the queue
    /// again; the place in the list may change.
    public var name: String
    /// Bytes on disk, with room set aside. For a short while thinning takes a segment more.
    public var bytesMax: Int64
    /// Older records are dropped, where their age is known; nil keeps them for ever.
    public var ageMax: Duration?
    /// What gives way.
    public var whenFull: WhenFull

    /// A lane.
    public init(
      name: String, bytesMax: Int64 = 256 << 20, ageMax: Duration? = nil,
      whenFull: WhenFull = .dropOldest
    ) {
      self.name = name
      self.bytesMax = bytesMax
      self.ageMax = ageMax
      self.whenFull = whenFull
    }
  }

  /// In which order a lane's records are handed out.
  public enum DrainOrder: Equatable, Sendable {
    /// First in, first out.
    case oldestFirst
    /// What was appended since the link came up goes first, but of 100 records at least so many, 1
    /// to 50, are of the backlog while there is one.
    case liveFirst(backlogShare: Int)
  }

  /// How much may be handed out.
  public struct RateLimit: Equatable, Sendable {
    /// Records a second; nil for no limit.
    public var messagesPerSecond: Double?
    /// Bytes of payload a second; nil for no limit.
    public var bytesPerSecond: Double?
    /// After a pause, what would have been allowed in this time may go at once.
    public var burst: Duration

    /// A limit.
    public init(
      messagesPerSecond: Double? = nil, bytesPerSecond: Double? = nil,
      burst: Duration = .seconds(1)
    ) {
      self.messagesPerSecond = messagesPerSecond
      self.bytesPerSecond = bytesPerSecond
      self.burst = burst
    }
  }

  /// All that is chosen about a spool. None of it is kept on disk: a spool may be opened with other
  /// options than before, and a lane that is not mentioned stays as it is.
  public struct Options: Equatable, Sendable {
    /// The lanes, the most urgent first: as long as it has something to hand out, the others wait.
    public var lanes: [LaneOptions]
    /// When a record survives a power cut.
    public var durability: Durability
    /// In which order a lane is handed out.
    public var drain: DrainOrder
    /// How much is handed out; nil for no limit.
    public var rate: RateLimit?
    /// So much of the device is left to others: where there is less, the spool does not grow.
    public var freeBytesMin: Int64
    /// Bytes of records that are in memory and not on disk, of all lanes.
    public var memoryBytesMax: Int
    /// The largest payload, in bytes.
    public var recordBytesMax: Int

    /// Options, all of which have a default but the lanes.
    public init(
      lanes: [LaneOptions], durability: Durability = .every(.seconds(1), records: 64),
      drain: DrainOrder = .oldestFirst, rate: RateLimit? = nil, freeBytesMin: Int64 = 0,
      memoryBytesMax: Int = 512 << 10, recordBytesMax: Int = 256 << 10
    ) {
      self.lanes = lanes
      self.durability = durability
      self.drain = drain
      self.rate = rate
      self.freeBytesMin = freeBytesMin
      self.memoryBytesMax = memoryBytesMax
      self.recordBytesMax = recordBytesMax
    }

    /// What is wrong with them; nil where nothing is.
    var fault: String? {
      if !(1...Options.lanesMax ~= lanes.count) { return "1 to \(Options.lanesMax) lanes" }
      for (index, lane) in lanes.enumerated() {
        if !LaneOptions.isName(lane.name) { return "a lane's name is 1 to 32 of a-z, 0-9 and -" }
        if lanes[..<index].contains(where: { $0.name == lane.name }) {
          return "two lanes of the name \(lane.name)"
        }
        if lane.bytesMax < Options.laneBytesMin {
          return "a lane has \(Options.laneBytesMin) bytes at least"
        }
        if let ageMax = lane.ageMax, ageMax <= .zero { return "an age is above zero" }
      }
      switch durability {
      case .eachRecord: break
      case .every(let period, let records):
        if period < .zero || records < 1 { return "a group has a period and a record at least" }
      case .spill(let after):
        if after < .zero { return "a time to spill is not below zero" }
      }
      if case .liveFirst(let share) = drain, !(1...50 ~= share) {
        return "the backlog's share is 1 to 50 of 100"
      }
      if let rate,
        (rate.messagesPerSecond ?? 1) <= 0 || (rate.bytesPerSecond ?? 1) <= 0
          || rate.burst < .zero
      {
        return "a rate is above zero"
      }
      if freeBytesMin < 0 || memoryBytesMax < 0 { return "a number of bytes is not below zero" }
      if !(1...Options.recordBytesLimit ~= recordBytesMax) {
        return "a record has 1 to \(Options.recordBytesLimit) bytes"
      }
      return nil
    }

    /// Each lane takes descriptors, buffers and a segment; nobody has so many grades of urgency.
    private static let lanesMax = 16

    /// Two of the smallest segments, one to write to and one to give way.
    static let laneBytesMin: Int64 = 2 * Limits.segmentBytesMin

    /// An MQTT packet has 256 MiB at most, but a record is held in memory as a whole.
    private static let recordBytesLimit = 16 << 20
  }
}

extension Spool.LaneOptions {
  /// Whether a lane may be called so.
  static func isName(_ name: String) -> Bool {
    let name = Array(name.utf8)
    return 1...32 ~= name.count
      && name.allSatisfy { byte in
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
          || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || byte == UInt8(ascii: "-")
      }
  }
}
