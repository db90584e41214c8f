/// How `godwit pub` and `godwit sub` end, as mosquitto's tools do.
public enum ExitStatus: Int32, Sendable {
  /// Everything asked for was done.
  case success = 0
  /// It could not be done, or the command line was wrong.
  case failure = 1
}
