internal import Configuration
internal import System

/// `godwit check --profile`: what is wrong with profiles, and whether their own examples come out.
public enum ProfileCheckTool {
  /// What the process exits with.
  public enum ExitStatus: Int32, Sendable {
    /// All examples come out.
    case success = 0
    /// Some do not.
    case failure = 1
    /// A file is no profile.
    case usage = 2
  }

  /// The parser's own limit for a file.
  private static let bytesMax = 1 << 20

  /// Checks profiles one after the other, and tells on standard output what came of each example; on
  /// standard error what is wrong in a file. Nothing is opened but the files.
  /// - Parameter files: their paths, one at least.
  public static func run(_ files: [String]) -> ExitStatus {
    var tally = ProfileTally()
    for file in files {
      do throws(ConfigurationError) {
        print(tally.take(ProfileTrial(try profile(file)), of: file), to: .standardOutput)
      } catch {
        tally.takeError()
        print(error.text + "\n", to: .standardError)
      }
    }
    print(tally.text, to: .standardOutput)
    return tally.status
  }

  private static func profile(_ file: String) throws(ConfigurationError) -> DeviceProfile {
    let bytes: [UInt8]
    do throws(Errno) {
      bytes = try Files.read(file, limit: bytesMax)
    } catch {
      throw ConfigurationError(
        file: file, line: 1, column: 1,
        message: "cannot read the file: " + error.text + ", expected a device profile")
    }
    return try DeviceProfile.parse(bytes, file: file, expectedID: expectedID(file))
  }

  /// What a configuration would have to call the profile to find it in this file; nil where it would
  /// not be found anyway.
  static func expectedID(_ file: String) -> String? {
    let bytes = Array(file.utf8)
    let ending = Array(".yaml".utf8)
    let start = (bytes.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1
    guard bytes.count - start > ending.count, bytes.suffix(ending.count).elementsEqual(ending)
    else { return nil }
    return String(decoding: bytes[start..<(bytes.count - ending.count)], as: UTF8.self)
  }
}
