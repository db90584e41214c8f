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
  /// Where the blocks are that points may be counted from; nil where addresses are fixed.
  public let discovery: Discovery?

  /// A profile from its parts, which the caller has checked.
  public init(
    id: String, revision: Int, title: String, references: [String], connection: ModbusConnection,
    pollClasses: [PollClass], points: [Point], tests: [ProfileTest],
    discovery: Discovery? = nil
  ) {
    self.id = id
    self.revision = revision
    self.title = title
    self.references = references
    self.connection = connection
    self.pollClasses = pollClasses
    self.points = points
    self.tests = tests
    self.discovery = discovery
  }

  /// The points that readings have where a configuration names none.
  public var shownPoints: [Int] { points.indices.filter { !points[$0].isHidden } }
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
