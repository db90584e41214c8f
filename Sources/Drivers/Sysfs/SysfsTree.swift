public import Telemetry

/// The files by which the kernel's own drivers show what they read. Paths begin below /sys and have no
/// slash in front.
public protocol SysfsTree: ~Copyable {
  /// The names in a folder, in no order.
  mutating func names(in folder: String) throws(SysfsError) -> [String]
  /// What is in a file.
  mutating func read(_ file: String) throws(SysfsError) -> [UInt8]
  /// The last part of what a link leads to.
  mutating func target(ofLink path: String) throws(SysfsError) -> String
}

/// Why a file of the kernel gives no number.
public enum SysfsError: Error, Equatable, Sendable {
  /// There is no such device, file or folder.
  case notFound
  /// Several devices have the name.
  case ambiguous(Int)
  /// This program's user may not read it.
  case permissionDenied
  /// What is in it is no number, or its check is wrong.
  case malformed
  /// The sensor gave what it has before its first measurement.
  case powerOnValue
  /// The driver says that there is no value.
  case notAvailable
  /// The device did not answer its driver in time.
  case timeout
  /// The system refused, with this error number (errno(3)).
  case system(Int32)

  /// What the readings say that could not be taken.
  public var reason: MissingReason {
    switch self {
    case .notFound: .portNotFound
    case .ambiguous, .system: .busError
    case .permissionDenied: .permissionDenied
    case .malformed: .badResponse
    case .powerOnValue: .powerOnValue
    case .notAvailable: .notAvailable
    case .timeout: .timeout
    }
  }

  /// What is wrong, for people.
  public var text: String {
    switch self {
    case .notFound: "the kernel has no such sensor"
    case .ambiguous(let count):
      "the kernel has \(count) sensors of that name, expected a key 'at' that tells which"
    case .permissionDenied: "the gateway's user may not read the sensor's file"
    case .malformed: "the sensor's file has no number, or one whose check is wrong"
    case .powerOnValue: "the sensor has measured nothing since its power came"
    case .notAvailable: "the driver says that there is no value"
    case .timeout: "the sensor did not answer its driver"
    case .system(let number): "the system refused with error \(number)"
    }
  }
}
