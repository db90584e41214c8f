internal import Configuration
internal import System

/// Looks up the secrets that a configuration names.
enum SecretFiles {
  /// The content of a secret, as it is.
  static func content(of reference: SecretReference) throws(SecretLookupError) -> [UInt8] {
    switch reference {
    case .credential(let name):
      guard let folder = Environment["CREDENTIALS_DIRECTORY"], !folder.isEmpty else {
        throw SecretLookupError(
          reason: "$CREDENTIALS_DIRECTORY is not set, expected LoadCredential= in the unit")
      }
      return try read("\(String(decoding: folder, as: UTF8.self))/\(name)")
    case .file(let path):
      return try read(path)
    case .environment(let name):
      guard let value = Environment[name] else {
        throw SecretLookupError(reason: "there is no such variable")
      }
      return value
    }
  }

  private static func read(_ path: String) throws(SecretLookupError) -> [UInt8] {
    do throws(Errno) {
      // One byte more than the parser takes for its newline.
      return try Files.read(path, limit: Secrets.bytesMax + 1)
    } catch {
      throw SecretLookupError(reason: error.text)
    }
  }

  /// What is to be said of files that hold secrets and that anybody may read.
  /// - Parameter file: the configuration's own file.
  static func warnings(of configuration: GatewayConfiguration, in file: String) -> [String] {
    var warnings: [String] = []
    if let use = configuration.secrets.first(where: { $0.reference == nil }), isPublic(file) {
      warnings.append(
        "\(use.place): \(use.key) stands in a file that all users may read, expected"
          + " 'chmod o-r', or a secret that is elsewhere (!credential, !file)")
    }
    for use in configuration.secrets {
      if case .file(let path)? = use.reference, isPublic(path) {
        warnings.append("\(use.place): \(path) may be read by all users, expected 'chmod o-r'")
      }
    }
    if let key = configuration.broker.tls.certificate?.keyFile, isPublic(key) {
      warnings.append("\(file): the key \(key) may be read by all users, expected 'chmod o-r'")
    }
    return warnings
  }

  private static func isPublic(_ path: String) -> Bool {
    do throws(Errno) {
      return try Files.permissions(of: path) & 0o004 != 0
    } catch {
      // What is not there has been told by who wants to read it.
      return false
    }
  }
}
