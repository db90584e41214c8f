public import Configuration
public import Spool
internal import System

/// The files behind a configuration, read and checked whole before anything is opened.
public enum ConfigurationFile {
  /// Why there is no configuration, or no profile.
  public struct LoadError: Error, Equatable, Sendable {
    /// One line: `file:line:column: what is wrong, what was expected`.
    public let text: String
  }

  /// What becomes of secrets that the configuration only names and that cannot be looked up.
  public enum MissingSecrets: Sendable {
    /// One that is not there is an error.
    case refused
    /// One that is not there is made up: who only looks at a configuration has no credentials of
    /// the service.
    case assumed
  }

  /// The configuration of a gateway, with its devices' profiles.
  /// - Parameters:
  ///   - file: the YAML file.
  ///   - profileFolders: folders in which profiles are looked for before the usual ones.
  ///   - missingSecrets: what becomes of those that cannot be looked up.
  /// - Throws: what is wrong, and where; a file that cannot be read is wrong at its first place.
  public static func load(
    _ file: String, profileFolders: [String], missingSecrets: MissingSecrets = .refused
  ) throws(LoadError) -> GatewayConfiguration {
    let folders = ProfileFolders(first: profileFolders, configuration: file)
    let bytes = try read(file, expecting: "a gateway configuration")
    return try parse(bytes, file: file, folders, missingSecrets)
  }

  static func parse(
    _ bytes: [UInt8], file: String, _ folders: ProfileFolders,
    _ missingSecrets: MissingSecrets = .refused
  ) throws(LoadError) -> GatewayConfiguration {
    do throws(ConfigurationError) {
      return try GatewayConfiguration.parse(bytes, file: file) {
        (reference) throws(SecretLookupError) in
        do throws(SecretLookupError) {
          return try SecretFiles.content(of: reference)
        } catch {
          if missingSecrets == .assumed { return nil }
          throw error
        }
      } profile: { (name) throws(ProfileLookupError) in
        try folders.source(of: name)
      }
    } catch {
      throw LoadError(text: error.text)
    }
  }

  /// What a person should mend in a configuration that is in order all the same: secrets in files
  /// that everybody may read. One line each, `file:line:column: what`, without the secret.
  public static func warnings(
    of configuration: GatewayConfiguration, in file: String
  ) -> [String] {
    SecretFiles.warnings(of: configuration, in: file)
  }

  /// Where the queue of a configuration is, and what its limits are. Nothing else of the file is
  /// looked at.
  /// - Throws: what is wrong, and where.
  public static func loadQueue(
    _ file: String
  ) throws(LoadError) -> (directory: String, options: Spool.Options) {
    let bytes = try read(file, expecting: "a gateway configuration")
    do throws(ConfigurationError) {
      let queue = try Queue.parse(bytes, file: file)
      return (queue.path, Spool.Options(queue))
    } catch {
      throw LoadError(text: error.text)
    }
  }

  /// A profile by its name, or by its file where `name` has a slash in it.
  /// - Throws: what is wrong, and where.
  public static func loadProfile(
    _ name: String, profileFolders: [String]
  ) throws(LoadError) -> DeviceProfile {
    let source: ProfileSource
    let isFile = name.utf8.contains(UInt8(ascii: "/"))
    if isFile {
      source = ProfileSource(file: name, bytes: try read(name, expecting: "a device profile"))
    } else {
      source = try find(name, in: ProfileFolders(first: profileFolders, configuration: ""))
    }
    do throws(ConfigurationError) {
      return try DeviceProfile.parse(
        source.bytes, file: source.file, expectedID: isFile ? nil : name)
    } catch {
      throw LoadError(text: error.text)
    }
  }

  private static func find(
    _ name: String, in folders: ProfileFolders
  ) throws(LoadError) -> ProfileSource {
    do throws(ProfileLookupError) {
      return try folders.source(of: name)
    } catch {
      switch error {
      case .notFound(let folders, _):
        throw LoadError(
          text: "no profile '\(name)', looked in \(folders.joined(separator: ", "))")
      case .unreadable(let file, let reason):
        throw LoadError(text: "profile '\(name)': cannot read \(file): \(reason)")
      }
    }
  }

  private static func read(
    _ file: String, expecting content: StaticString
  ) throws(LoadError) -> [UInt8] {
    do throws(Errno) {
      return try Files.read(file, limit: ProfileFolders.bytesMax)
    } catch {
      throw LoadError(text: "\(file):1:1: cannot read the file: \(error.text), expected \(content)")
    }
  }
}
