import Foundation
import Glibc

/// A program that a test has started; it is killed when the test lets go of it.
final class ChildProcess {
  let pid: pid_t
  private let outputFile: URL
  private var status: Int32?

  struct SpawnError: Error {
    let program: String
    let code: Int32
  }

  /// Starts `program` in a folder, with standard output and standard error together in a file.
  init(
    _ program: String, _ arguments: [String], output: URL, directory: URL
  ) throws {
    outputFile = output
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output.path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var mask = sigset_t()
    sigemptyset(&mask)
    posix_spawnattr_setsigmask(&attributes, &mask)
    sigfillset(&mask)
    posix_spawnattr_setsigdefault(&attributes, &mask)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    // env(1) changes the folder and becomes the program.
    let words = ["/usr/bin/env", "-C", directory.path, program] + arguments
    var argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    defer { for pointer in argv { free(pointer) } }
    argv.append(nil)
    var pid: pid_t = 0
    let code = posix_spawn(&pid, words[0], &actions, &attributes, argv, environ)
    guard code == 0 else { throw SpawnError(program: program, code: code) }
    self.pid = pid
  }

  deinit {
    if status == nil {
      Glibc.kill(pid, SIGKILL)
      waitpid(pid, nil, 0)
    }
  }

  func signal(_ number: Int32) {
    Glibc.kill(pid, number)
  }

  /// Everything that it has written so far.
  var output: String {
    (try? String(contentsOf: outputFile, encoding: .utf8)) ?? ""
  }

  var hasEnded: Bool {
    if status != nil { return true }
    var raw: Int32 = 0
    guard waitpid(pid, &raw, WNOHANG) == pid else { return false }
    status = raw
    return true
  }

  /// Waits until it ends; nil where that takes longer than `limit`.
  /// - Returns: the exit status, or the signal's number plus 128.
  func waitForEnd(within limit: Duration) async throws -> Int32? {
    guard try await eventually(within: limit, { self.hasEnded }), let status else { return nil }
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
  }

  /// Kills it as a power switch would and waits until it is gone.
  func killHard() {
    guard status == nil else { return }
    Glibc.kill(pid, SIGKILL)
    var raw: Int32 = 0
    waitpid(pid, &raw, 0)
    status = raw
  }
}

/// Looks at `condition` until it holds; false where it does not within `limit`.
func eventually(
  within limit: Duration = .seconds(30), _ condition: () throws -> Bool
) async throws -> Bool {
  let deadline = ContinuousClock.now + limit
  while true {
    if try condition() { return true }
    if ContinuousClock.now >= deadline { return false }
    try await Task.sleep(for: .milliseconds(20))
  }
}
