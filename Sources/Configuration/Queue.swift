/// The queue on disk between the gateway and the broker.
///
/// It has a lane for alarms, which is emptied first, and one for all the rest.
public struct Queue: Equatable, Sendable {
  /// The directory that holds it.
  public var path: String
  /// When what it has accepted survives a power cut.
  public var durability: Durability
  /// The limits of the lane for telemetry.
  public var telemetry: Lane
  /// The limits of the lane for alarms.
  public var alarm: Lane
  /// Which batches go first when there is a backlog.
  public var drain: Drain
  /// How fast it may be emptied; nil for as fast as the broker takes it.
  public var rateLimit: RateLimit?
  /// Bytes of the file system that are left to others; nil for what suits its size.
  public var freeBytesMin: Int64?
  /// Bytes of batches that are kept in memory when they are not on disk.
  public var memoryBytesMax: Int

  /// The queue of a configuration that says nothing of it.
  public init(path: String = "/var/lib/godwit", durability: Durability = .every(.seconds(1))) {
    self.path = path
    self.durability = durability
    telemetry = Lane(bytesMax: 256 << 20)
    alarm = Lane(bytesMax: 16 << 20)
    drain = .oldestFirst
    rateLimit = nil
    freeBytesMin = nil
    memoryBytesMax = 512 << 10
  }

  /// When a batch that was accepted survives a power cut.
  public enum Durability: Equatable, Sendable {
    /// At once: every batch is synchronized by itself.
    case eachRecord
    /// After at most this long, or as soon as so many wait: they are synchronized together.
    case every(Duration, records: Int = .max)
    /// When the broker has not acknowledged it for so long; sooner it is in memory only.
    case spill(after: Duration)
  }

  /// What a lane may take, and what it does then.
  public struct Lane: Equatable, Sendable {
    /// Bytes on disk.
    public var bytesMax: Int64
    /// Older batches are dropped; nil keeps them for ever.
    public var ageMax: Duration?
    /// What gives way to a new batch.
    public var whenFull: WhenFull

    /// A lane of that size that keeps the newest.
    public init(bytesMax: Int64, ageMax: Duration? = nil, whenFull: WhenFull = .dropOldest) {
      self.bytesMax = bytesMax
      self.ageMax = ageMax
      self.whenFull = whenFull
    }
  }

  /// What gives way when a lane is full.
  public enum WhenFull: Equatable, Sendable {
    /// The oldest batches.
    case dropOldest
    /// The batch that has just come.
    case dropNewest
    /// Every second one of the older half, and as needed of these again.
    case thin
  }

  /// Which batches go first when there is a backlog.
  public enum Drain: Equatable, Sendable {
    /// The oldest.
    case oldestFirst
    /// Those that were made since the link came up; of 100 so many are of the backlog.
    case liveFirst(backlogShare: Int)
  }

  /// How fast the queue may be emptied.
  public struct RateLimit: Equatable, Sendable {
    /// Batches a second; nil for no limit.
    public var messagesPerSecond: Double?
    /// Bytes a second; nil for no limit.
    public var bytesPerSecond: Double?
    /// After a pause, what would have been allowed in this time may go at once.
    public var burst: Duration
  }
}
