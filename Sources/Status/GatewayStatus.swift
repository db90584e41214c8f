/// What a gateway is and does at one moment; the topics, the tool and the metrics are made of it.
public struct GatewayStatus: Equatable, Sendable {
  /// The gateway's name.
  public var gateway: String
  /// The program's version.
  public var version: String
  /// What the gateway is about.
  public var state: State = .online
  /// Why the process was started.
  public var start: StartReason
  /// How long the process has been running.
  public var uptime: Duration = .zero
  /// The wall clock when this was taken, in milliseconds since 1970 UTC.
  public var unixMilliseconds: Int64 = 0
  /// Whether the wall clock can be believed.
  public var clock: ClockState
  /// How often the configuration was read again and taken, since the start.
  public var reloads: UInt64 = 0
  /// Why the last reload was refused; nil where none was, or the last was taken.
  public var reloadError: String?
  /// The link to the broker.
  public var link: Link = Link()
  /// The lanes of the queue.
  public var lanes: [Lane] = []
  /// The buses with devices, in the order of the configuration.
  public var buses: [Bus] = []
  /// The devices, in the order of the configuration.
  public var devices: [Device] = []
  /// The process.
  public var process: Process = Process()

  /// A status of which only what never changes is known.
  public init(gateway: String, version: String, start: StartReason, clock: ClockState) {
    self.gateway = gateway
    self.version = version
    self.start = start
    self.clock = clock
  }

  /// What a gateway is about.
  public enum State: Sendable {
    /// It samples and sends.
    case online
    /// It was asked to end, and is about to.
    case stopping

    /// The word for it.
    public var name: StaticString {
      switch self {
      case .online: "online"
      case .stopping: "stopping"
      }
    }
  }

  /// What came before the process, as far as its marks on disk tell.
  public enum StartReason: Sendable {
    /// It is the first with this queue.
    case first
    /// The machine was started, after the gateway had been stopped in good order.
    case boot
    /// The machine was started, and the gateway had not been stopped: a power cut, or a crash of the
    /// machine.
    case powerLoss
    /// The gateway was stopped in good order and started again.
    case restart
    /// The process before ended without being asked to: it was killed, or crashed.
    case crash

    /// The word for it.
    public var name: StaticString {
      switch self {
      case .first: "first"
      case .boot: "boot"
      case .powerLoss: "power-loss"
      case .restart: "restart"
      case .crash: "crash"
      }
    }
  }

  /// What is known of the wall clock.
  public enum ClockState: Sendable {
    /// The kernel says that it is synchronized (adjtimex(2)).
    case synchronized
    /// Nobody has set it; the times of readings are corrected when somebody does.
    case unsynchronized
    /// The configuration says that it is right.
    case trusted

    /// The word for it.
    public var name: StaticString {
      switch self {
      case .synchronized: "synchronized"
      case .unsynchronized: "unsynchronized"
      case .trusted: "trusted"
      }
    }
  }

  /// The link to the broker.
  public struct Link: Equatable, Sendable {
    /// Whether there is one.
    public var isUp = false
    /// The broker's URL, without user and password: the one that is connected to or was tried last.
    public var broker = ""
    /// Since when `isUp` is as it is, counted from the snapshot back.
    public var age: Duration = .zero
    /// How often the link came up since the start.
    public var connections: UInt64 = 0
    /// Messages that the broker has acknowledged since the start.
    public var acknowledged: UInt64 = 0
    /// From the last PUBLISH to its acknowledgement; nil before the first.
    public var roundTrip: Duration?
    /// Why the last link ended or did not come up; nil while there was no fault.
    public var lastError: String?

    /// No link yet.
    public init() {}
  }

  /// A lane of the queue.
  public struct Lane: Equatable, Sendable {
    /// Its name.
    public var name: String
    /// Records that wait.
    public var records: UInt64 = 0
    /// Bytes of its files.
    public var bytesOnDisk: Int64 = 0
    /// Bytes that wait in memory.
    public var bytesInMemory: Int64 = 0
    /// How old the oldest record is that waits; nil where none waits or its time is not known.
    public var oldestAge: Duration?
    /// Records ever taken in, across restarts: accepted = acknowledged + records + dropped.
    public var accepted: UInt64 = 0
    /// Records ever acknowledged.
    public var acknowledged: UInt64 = 0
    /// Records that will not be delivered, by reason; all reasons, also with none.
    public var dropped: [Dropped] = []
    /// The highest sequence that survives a power cut.
    public var durable: UInt64 = 0
    /// Calls of fdatasync(2) per day, of the time since the start.
    public var syncsPerDay: UInt64 = 0
    /// Bytes written per day, of the time since the start.
    public var bytesWrittenPerDay: UInt64 = 0
    /// Why the disk cannot be used at present.
    public var trouble: String?

    /// A lane without records.
    public init(name: String) {
      self.name = name
    }

    /// Records that will not be delivered for one reason.
    public struct Dropped: Equatable, Sendable {
      /// The reason in a word.
      public var reason: StaticString
      /// How many.
      public var count: UInt64

      /// A count.
      public init(_ reason: StaticString, _ count: UInt64) {
        self.reason = reason
        self.count = count
      }

      /// Whether reason and count are the same.
      public static func == (left: Dropped, right: Dropped) -> Bool {
        left.count == right.count && "\(left.reason)" == "\(right.reason)"
      }
    }
  }

  /// A bus.
  public struct Bus: Equatable, Sendable {
    /// Its name.
    public var name: String
    /// Whether its thread makes progress.
    public var isWorking = true
    /// The share of the time that it is busy, in whole percent.
    public var loadPercent: Int = 0
    /// Readings of its devices since the start.
    public var samples: UInt64 = 0
    /// Requests that failed since the start, by reason; only reasons that were met.
    public var errors: [Count] = []
    /// Requests that were made again since the start.
    public var retries: UInt64 = 0
    /// Turns of the schedule that came too late to be taken, since the start.
    public var turnsMissed: UInt64 = 0
    /// How long a device's reading took, on average of the last ones; nil before the first.
    public var latency: Duration?

    /// A bus that has done nothing.
    public init(name: String) {
      self.name = name
    }
  }

  /// How often something was met.
  public struct Count: Equatable, Sendable {
    /// What, in kebab-case, e.g. `timeout`.
    public var name: String
    /// How often.
    public var count: UInt64

    /// A count.
    public init(_ name: String, _ count: UInt64) {
      self.name = name
      self.count = count
    }
  }

  /// A device.
  public struct Device: Equatable, Sendable {
    /// Its name.
    public var name: String
    /// The index of its bus in `buses`.
    public var bus: Int
    /// What is known of it.
    public var state: State = .unread
    /// How old its last reading with a value is; nil before the first.
    public var readingAge: Duration?
    /// Readings that failed, in whole or in part, since the start.
    public var failures: UInt64 = 0
    /// Why the last reading that failed did; nil where none has.
    public var lastError: String?

    /// A device that was not read.
    public init(name: String, bus: Int) {
      self.name = name
      self.bus = bus
    }

    /// What is known of a device.
    public enum State: Sendable {
      /// It was not read yet.
      case unread
      /// Its last reading was whole.
      case ok
      /// Its last reading failed, in whole or in part.
      case failing
      /// It does not answer, and is left alone but for probes.
      case isolated

      /// The word for it.
      public var name: StaticString {
        switch self {
        case .unread: "unread"
        case .ok: "ok"
        case .failing: "failing"
        case .isolated: "isolated"
        }
      }
    }
  }

  /// The process.
  public struct Process: Equatable, Sendable {
    /// Memory that is in use, in bytes (VmRSS of proc(5)).
    public var residentBytes: UInt64 = 0
    /// Threads.
    public var threads: UInt64 = 0
    /// Processor time used since the start.
    public var cpu: Duration = .zero
    /// Readings that the recorder was too slow for, since the start.
    public var readingsDropped: UInt64 = 0

    /// A process of which nothing was counted.
    public init() {}
  }
}
