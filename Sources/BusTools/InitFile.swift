internal import Pipeline
internal import System

/// The files that `godwit init` writes, whole or not at all.
struct InitFile {
  let path: String
  let mayReplace: Bool

  /// The service's group, which has to read them.
  private static let group = "godwit"
  private static let bytesMax = 1 << 20

  init(path: String, mayReplace: Bool) {
    self.path = InitFile.whole(path)
    self.mayReplace = mayReplace
  }

  /// The file beside it that takes a password.
  var passwordFile: String {
    var folder = Array(path.utf8)
    while let byte = folder.last, byte != UInt8(ascii: "/") { folder.removeLast() }
    return String(decoding: folder, as: UTF8.self) + "mqtt-password"
  }

  /// Why it cannot be written; nil where nothing is known against it.
  var problem: String? {
    if mayReplace || !Files.exists(path) || isExample { return nil }
    return "\(path) is there already, expected another --output, or --force"
  }

  /// Whether it is the one that the package brings, which nobody has made his own.
  private var isExample: Bool {
    // One that cannot be read is somebody's.
    guard let bytes = try? Files.read(path, limit: InitFile.bytesMax) else { return false }
    return bytes.starts(with: (InitText.exampleMark + "\n").utf8)
  }

  /// A path from the root on.
  static func whole(_ path: String) -> String {
    if path.utf8.first == UInt8(ascii: "/") { return path }
    // Without a folder that can be named the path is as good as it is.
    let folder = (try? Files.linkTarget("/proc/self/cwd")) ?? "."
    return folder + "/" + path
  }

  /// Writes the configuration, once the program itself takes it, and the password before it.
  func write(_ text: InitText, password: [UInt8], profiles: [String]) throws(Refusal) {
    let hasPassword = !password.isEmpty
    if hasPassword, !mayReplace, Files.exists(passwordFile) {
      throw Refusal(text: "\(passwordFile) is there already, expected another --output, or --force")
    }
    let new = path + ".init"
    let newPassword = passwordFile + ".init"
    do throws(Errno) {
      if hasPassword { try put(password + [UInt8(ascii: "\n")], to: newPassword) }
      try put(Array(text.yaml.utf8), to: new)
      if !isAccepted(new, profiles) {
        // What was found may need profiles that are not there.
        try put(Array(text.withoutFindings.yaml.utf8), to: new)
      }
      try Files.keepingOld(mayReplace && !isExample ? path : nil)
      if hasPassword {
        try Files.keepingOld(mayReplace ? passwordFile : nil)
        try Files.rename(newPassword, to: passwordFile)
      }
      try Files.rename(new, to: path)
    } catch {
      for file in [new, newPassword] where Files.exists(file) {
        // It is told already that nothing went well.
        try? Files.remove(file)
      }
      throw Refusal(text: "cannot write \(path): \(error.text)")
    }
  }

  private func put(_ content: [UInt8], to file: String) throws(Errno) {
    try Files.replace(file, with: content)
    try Files.share(file, withGroup: InitFile.group)
  }

  private func isAccepted(_ file: String, _ profiles: [String]) -> Bool {
    do throws(ConfigurationFile.LoadError) {
      _ = try ConfigurationFile.load(file, profileFolders: profiles, missingSecrets: .assumed)
      return true
    } catch {
      return false
    }
  }
}

extension Files {
  /// Gives a file that is there the name with `.bak` behind it.
  fileprivate static func keepingOld(_ path: String?) throws(Errno) {
    if let path, exists(path) { try rename(path, to: path + ".bak") }
  }
}
