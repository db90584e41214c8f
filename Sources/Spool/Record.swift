extension Spool {
  /// The random number that a run of the machine has, from power-on to power-off.
  public struct BootID: Hashable, Sendable {
    /// The first 64 bits.
    public var high: UInt64
    /// The other 64 bits.
    public var low: UInt64

    /// Wraps 128 bits.
    public init(high: UInt64, low: UInt64) {
      self.high = high
      self.low = low
    }
  }

  /// When a record was made, by both clocks of the machine.
  public struct Stamp: Equatable, Sendable {
    /// The boot that the time since boot is of.
    public let bootID: BootID
    /// Milliseconds since that boot, as on disk.
    let millisecondsSinceBoot: UInt64
    /// Unix milliseconds, as the machine believed.
    public let wall: Int64
    /// Whether the wall clock was known to be right.
    public let isSynchronized: Bool

    /// Whole milliseconds since that boot.
    public var sinceBoot: Duration { .milliseconds(Int64(millisecondsSinceBoot)) }

    /// A moment; times that six bytes cannot hold, thousands of years off, become the nearest that
    /// they can, and fractions of milliseconds are cut.
    public init(bootID: BootID, sinceBoot: Duration, wall: Int64, isSynchronized: Bool) {
      let (seconds, attoseconds) = sinceBoot.components
      let secondsMax = Int64(Stamp.millisecondsSinceBootMax / 1_000) - 1
      let milliseconds =
        min(max(seconds, 0), secondsMax) * 1_000 + max(attoseconds, 0) / 1_000_000_000_000_000
      self.init(
        bootID: bootID, millisecondsSinceBoot: UInt64(milliseconds), wall: wall,
        isSynchronized: isSynchronized)
    }

    init(bootID: BootID, millisecondsSinceBoot: UInt64, wall: Int64, isSynchronized: Bool) {
      self.bootID = bootID
      self.millisecondsSinceBoot = millisecondsSinceBoot
      self.wall = min(max(wall, -Stamp.wallMax), Stamp.wallMax)
      self.isSynchronized = isSynchronized
    }

    /// What is there where no record has come yet.
    static let none = Stamp(
      bootID: BootID(high: 0, low: 0), millisecondsSinceBoot: 0, wall: 0, isSynchronized: false)

    /// 48 bits, some 8,900 years.
    static let millisecondsSinceBootMax: UInt64 = (1 << 48) - 1

    /// 47 bits and a sign, some 4,400 years.
    private static let wallMax: Int64 = (1 << 47) - 1
  }

  /// What names a record while the spool is open.
  public struct RecordID: Hashable, Sendable {
    /// The lane, by its place in `Options.lanes`.
    public let lane: Int
    /// Its number in the lane: 1 and up.
    public let sequence: UInt64

    /// Names the record of a lane with a sequence.
    public init(lane: Int, sequence: UInt64) {
      self.lane = lane
      self.sequence = sequence
    }
  }

  /// A record as it was appended.
  public struct Record: Equatable, Sendable {
    /// Its name, for `acknowledge` and `discard`.
    public let id: RecordID
    /// When it was made.
    public let stamp: Stamp
    /// The bytes.
    public let payload: [UInt8]
    /// Whether it was appended before the link came up, that is, before the last `rewind`.
    public let isBacklog: Bool
  }
}
