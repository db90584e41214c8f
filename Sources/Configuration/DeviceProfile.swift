/// A kind of device as data: which registers it has and what they mean. One YAML file under
/// device-profiles/ gives one; device-profiles/README.md tells every key.
public struct DeviceProfile: Sendable {
  /// The name by which configurations refer to it, which is its file's name without `.yaml`.
  public let id: String
  /// Counted up whenever the file's meaning changes, from 1.
  public let revision: Int
  /// One line for people.
  public let title: String
  /// Where the facts come from: documents with their versions, other projects' files.
  public let references: [String]
  /// How the device wants to be spoken to.
  public let connection: ModbusConnection
  /// How often points are read where the installation does not say.
  public let pollClasses: [PollClass]
  /// The values that the device has, in the order of the file.
  public let points: [Point]
  /// The profile's own examples.
  public let tests: [ProfileTest]

  /// A profile from its parts, which the caller has checked.
  public init(
    id: String, revision: Int, title: String, references: [String], connection: ModbusConnection,
    pollClasses: [PollClass], points: [Point], tests: [ProfileTest]
  ) {
    self.id = id
    self.revision = revision
    self.title = title
    self.references = references
    self.connection = connection
    self.pollClasses = pollClasses
    self.points = points
    self.tests = tests
  }
}

/// A name for an interval, e.g. `slow: 60 s`, that points of a profile share.
public struct PollClass: Equatable, Sendable {
  /// The name that points use.
  public let name: String
  /// The time from one reading to the next.
  public let interval: Duration

  /// A class of that name and interval.
  public init(name: String, interval: Duration) {
    self.name = name
    self.interval = interval
  }
}

/// An example in a profile: registers as the device gave them, and the values that they mean.
public struct ProfileTest: Sendable {
  /// What it is an example of.
  public let name: String
  /// Runs of consecutive registers.
  public let registers: [RegisterRun]
  /// The values that must come out.
  public let expectations: [Expectation]

  /// An example from its parts.
  public init(name: String, registers: [RegisterRun], expectations: [Expectation]) {
    self.name = name
    self.registers = registers
    self.expectations = expectations
  }

  /// The content of consecutive registers of one table.
  public struct RegisterRun: Equatable, Sendable {
    /// The table they are in.
    public let table: RegisterTable
    /// The protocol address of the first, from 0.
    public let address: UInt16
    /// One word a register.
    public let words: [UInt16]

    /// A run from its parts.
    public init(table: RegisterTable, address: UInt16, words: [UInt16]) {
      self.table = table
      self.address = address
      self.words = words
    }
  }

  /// The value that a point must have.
  public struct Expectation: Equatable, Sendable {
    /// The point's name.
    public let point: String
    /// The value in the point's unit; nil where there must be none.
    public let value: Double?
    /// How far off the value may be; 0 for exactly.
    public let tolerance: Double

    /// An expectation from its parts.
    public init(point: String, value: Double?, tolerance: Double) {
      self.point = point
      self.value = value
      self.tolerance = tolerance
    }
  }
}
