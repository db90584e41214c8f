public import Foundation
internal import Glibc

/// A program that a test has started; it is killed when the test lets go of it.
public final class ChildProcess {
  /// The number of the process.
  public let pid: pid_t
  /// Where what is written becomes the program's standard input; -1 where it has none.
  public let input: Int32
  private let outputFile: URL
  private var status: Int32?

  /// A program could not be started.
  public struct SpawnError: Error {
    /// Which.
    public let program: String
    /// The error's number.
    public let code: Int32
  }

  /// Starts `program`, a path or a name in PATH, in `directory`, with no signal blocked or
  /// ignored.
  /// - Parameters:
  ///   - output: the file for standard output, which is appended to.
  ///   - keepsErrors: whether standard error goes there too; else nowhere.
  ///   - hasInput: whether there is an `input`.
  public init(
    _ program: String, _ arguments: [String], output: URL, keepsErrors: Bool = true,
    hasInput: Bool = false, directory: URL
  ) throws {
    outputFile = output
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var ends: [Int32] = [-1, -1]
    if hasInput {
      // A pipe could not be kept from children that other threads start meanwhile.
      let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
      guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
        throw SpawnError(program: program, code: errno)
      }
      posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
    } else {
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    defer { if hasInput { close(ends[0]) } }
    posix_spawn_file_actions_addopen(&actions, 1, output.path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    if keepsErrors {
      posix_spawn_file_actions_adddup2(&actions, 1, 2)
    } else {
      posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    }

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
    guard code == 0 else {
      if hasInput { close(ends[1]) }
      throw SpawnError(program: program, code: code)
    }
    self.pid = pid
    input = ends[1]
  }

  deinit {
    killHard()
    if input >= 0 { close(input) }
  }

  /// Sends it a signal.
  public func signal(_ number: Int32) {
    kill(pid, number)
  }

  /// Everything that it has written so far, as text.
  public var output: String { String(decoding: outputBytes, as: UTF8.self) }

  /// Everything that it has written so far.
  public var outputBytes: Data {
    // There is no file yet before it has begun.
    (try? Data(contentsOf: outputFile)) ?? Data()
  }

  /// Whether it has ended.
  public var hasEnded: Bool {
    if status != nil { return true }
    var raw: Int32 = 0
    guard waitpid(pid, &raw, WNOHANG) == pid else { return false }
    status = raw
    return true
  }

  /// Waits until it ends; nil where that takes longer than `limit`.
  /// - Returns: the exit status, or the signal's number plus 128.
  public func waitForEnd(within limit: Duration) async throws -> Int32? {
    guard try await eventually(within: limit, { self.hasEnded }) else { return nil }
    return exitStatus
  }

  /// The same for a program that is known to end, without a limit.
  public func waitForEnd() -> Int32 {
    wait()
    return exitStatus
  }

  /// Kills it as a power switch would and waits until it is gone.
  public func killHard() {
    guard status == nil else { return }
    kill(pid, SIGKILL)
    wait()
  }

  private func wait() {
    guard status == nil else { return }
    var raw: Int32 = 0
    while waitpid(pid, &raw, 0) < 0, errno == EINTR {}
    status = raw
  }

  private var exitStatus: Int32 {
    let status = status ?? 0
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
  }
}

/// Looks at `condition` until it holds; false where it does not within `limit`.
public func eventually(
  within limit: Duration = .seconds(30), _ condition: () throws -> Bool
) async throws -> Bool {
  let deadline = ContinuousClock.now + limit
  while true {
    if try condition() { return true }
    if ContinuousClock.now >= deadline { return false }
    try await Task.sleep(for: .milliseconds(20))
  }
}
