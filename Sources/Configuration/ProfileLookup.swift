/// A profile's file as it was found, for `GatewayConfiguration.parse`, which does no I/O itself.
public struct ProfileSource: Sendable {
  /// The file's name, by which errors in it are reported.
  public let file: String
  /// Its content.
  public let bytes: [UInt8]

  /// A file and its content.
  public init(file: String, bytes: [UInt8]) {
    self.file = file
    self.bytes = bytes
  }
}

/// Why there is no profile of a name.
public enum ProfileLookupError: Error, Equatable, Sendable {
  /// No folder has a file for it. `names` are the profiles that there are, for a suggestion.
  case notFound(folders: [String], names: [String])
  /// The file is there and cannot be read; `reason` in the system's words.
  case unreadable(file: String, reason: String)
}
