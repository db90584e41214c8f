internal import MQTT

/// How `godwit pub` and `godwit sub` end. Scripts that know mosquitto's tools find the same numbers.
public struct ExitStatus: RawRepresentable, Equatable, Sendable {
  /// What the process exits with.
  public let rawValue: Int32

  /// Wraps a status.
  public init(rawValue: Int32) {
    self.rawValue = rawValue
  }

  /// Everything asked for was done, or the user ended it.
  public static let success = ExitStatus(rawValue: 0)
  /// It could not be done, or the command line was wrong.
  public static let failure = ExitStatus(rawValue: 1)
  /// The broker broke a connection that it had accepted (libmosquitto's MOSQ_ERR_CONN_LOST).
  public static let connectionLost = ExitStatus(rawValue: 7)
  /// The time of -W has passed (libmosquitto's MOSQ_ERR_TIMEOUT).
  public static let timedOut = ExitStatus(rawValue: 27)

  /// The broker refused something of MQTT 5.0, or the return code of 3.1.1 had the same meaning.
  static func refused(_ reason: ReasonCode) -> ExitStatus {
    ExitStatus(rawValue: Int32(reason.rawValue))
  }
}
