/// What has come of several profiles, and how it is told.
struct ProfileTally {
  private var profileCount = 0
  private var exampleCount = 0
  private var failureCount = 0
  private var errorCount = 0

  /// What the process exits with.
  var status: ProfileCheckTool.ExitStatus {
    if errorCount > 0 { return .usage }
    return failureCount > 0 ? .failure : .success
  }

  /// Counts a profile.
  /// - Returns: a line for each example.
  mutating func take(_ trial: ProfileTrial, of file: String) -> String {
    profileCount += 1
    exampleCount += trial.examples.count
    failureCount += trial.failureCount
    if trial.examples.isEmpty {
      return file + ": no tests; the key 'tests' takes what the device's manual shows\n"
    }
    var text = ""
    for example in trial.examples {
      text += file
      text += example.faults.isEmpty ? ": ok: " : ": FAILED: "
      text += example.name
      if !example.faults.isEmpty { text += ": " + example.faults.joined(separator: "; ") }
      text += "\n"
    }
    return text
  }

  /// Counts a file that is no profile.
  mutating func takeError() { errorCount += 1 }

  /// The counts in a line.
  var text: String {
    var text =
      exampleCount.description + " tests of " + profileCount.description + " profiles, "
      + failureCount.description + " failed"
    if errorCount > 0 { text += "; " + errorCount.description + " files are no profiles" }
    return text + "\n"
  }
}
