internal import Configuration
internal import System

/// Where device profiles are looked for: the first folder that has one of the name wins.
struct ProfileFolders: Sendable {
  /// The parser's own limit for a file, of a configuration or of a profile: one that is larger is
  /// refused before it is in memory.
  static let bytesMax = 1_024 * 1_024
  /// More names than these in a folder are of no use in a suggestion.
  private static let namesMax = 10_000

  let folders: [String]
  /// The file of every profile, whatever its name; nil where they are looked for.
  private let file: String?

  /// The folders of the command line, then those beside the configuration and of the system.
  init(first: [String], configuration file: String) {
    folders =
      first + [
        ProfileFolders.folder(of: file) + "device-profiles", "/etc/godwit/device-profiles",
        "/usr/share/godwit/device-profiles",
      ]
    self.file = nil
  }

  /// No folders, but a file that is named.
  init(file: String) {
    folders = []
    self.file = file
  }

  /// The file of a profile.
  /// - Parameter name: the profile's name, without a slash in it, which the caller has checked.
  func source(of name: String) throws(ProfileLookupError) -> ProfileSource {
    for file in file.map({ [$0] }) ?? folders.map({ "\($0)/\(name).yaml" }) {
      do throws(Errno) {
        return ProfileSource(
          file: file, bytes: try Files.read(file, limit: ProfileFolders.bytesMax))
      } catch {
        if error == .noSuchFile, self.file == nil { continue }
        throw .unreadable(file: file, reason: error.text)
      }
    }
    throw .notFound(folders: folders, names: folders.flatMap(names))
  }

  /// The names of all profiles, each once, in their order.
  var names: [String] {
    var all: [String] = []
    let sorted = folders.flatMap(names).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    for name in sorted where all.last != name { all.append(name) }
    return all
  }

  private func names(in folder: String) -> [String] {
    // A folder that is not there, or may not be read, has no names to suggest.
    let files = (try? Files.names(in: folder, limit: ProfileFolders.namesMax)) ?? []
    let ending = Array(".yaml".utf8)
    return files.compactMap { file in
      let name = Array(file.utf8)
      guard name.count > ending.count, name.suffix(ending.count).elementsEqual(ending) else {
        return nil
      }
      return String(decoding: name.dropLast(ending.count), as: UTF8.self)
    }
  }

  private static func folder(of file: String) -> String {
    guard let slash = file.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
    return String(file[...slash])
  }
}
