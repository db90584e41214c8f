import Foundation
import Glibc

/// A program that is killed, and its children with it, when the tests let go of it or are gone
/// themselves: `Peers/keep` sees to it at the other end of a leash.
final class PeerProcess: @unchecked Sendable {
  private let pid: pid_t
  /// Nobody writes here; that it is open keeps the program alive.
  private let leash: Int32
  private let outputFile: URL
  private let lock = NSLock()
  private var hasBeenReaped = false

  struct SpawnError: Error {
    let program: String
    let code: Int32
  }

  /// Starts `program` in `directory`.
  /// - Parameters:
  ///   - environment: what it has besides the environment of the tests.
  ///   - output: takes standard output and standard error together.
  init(
    _ program: String, _ arguments: [String], environment: [String: String] = [:],
    directory: URL, output: URL
  ) throws {
    var ends: [Int32] = [-1, -1]
    // No other program that is started meanwhile may inherit the leash, which pipe(2) cannot promise.
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw SpawnError(program: "socketpair", code: errno)
    }
    defer { close(ends[0]) }
    do {
      pid = try Self.spawn(
        [Places.peer("keep"), program] + arguments, environment, directory, input: ends[0], output)
    } catch {
      close(ends[1])
      throw error
    }
    leash = ends[1]
    outputFile = output
  }

  deinit { end() }

  /// Kills it and all its children, and waits until it is gone.
  func end() {
    lock.withLock {
      guard !hasBeenReaped else { return }
      hasBeenReaped = true
      close(leash)
      waitpid(pid, nil, 0)
    }
  }

  /// Whether it has ended by itself.
  var hasEnded: Bool {
    lock.withLock {
      if !hasBeenReaped, waitpid(pid, nil, WNOHANG) == pid {
        hasBeenReaped = true
        close(leash)
      }
      return hasBeenReaped
    }
  }

  /// Everything that it has written so far.
  var output: String {
    (try? String(contentsOf: outputFile, encoding: .utf8)) ?? ""
  }
}

extension PeerProcess {
  /// Runs a program to its end; it is one that ends by itself.
  /// - Returns: whether it has succeeded.
  static func run(
    _ program: String, _ arguments: [String], directory: URL, output: URL
  ) throws -> Bool {
    let pid = try spawn([program] + arguments, [:], directory, input: nil, output)
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    return status == 0
  }

  /// More than a run of the tests has open at a time. Glibc lets those be closed that are not open.
  private static let descriptorsMax: Int32 = 1_024

  /// - Parameter input: nil for /dev/null.
  private static func spawn(
    _ command: [String], _ environment: [String: String], _ directory: URL, input: Int32?,
    _ output: URL
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let input {
      posix_spawn_file_actions_adddup2(&actions, input, 0)
    } else {
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    posix_spawn_file_actions_addopen(&actions, 1, output.path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    // Foundation learns from a descriptor that its own child has ended; while a broker has inherited
    // that, another test waits for ever.
    for descriptor in 3..<descriptorsMax {
      posix_spawn_file_actions_addclose(&actions, descriptor)
    }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var mask = sigset_t()
    sigemptyset(&mask)
    posix_spawnattr_setsigmask(&attributes, &mask)
    sigfillset(&mask)
    posix_spawnattr_setsigdefault(&attributes, &mask)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))

    // env(1) changes the folder, sets the variables and becomes the program.
    let words =
      ["/usr/bin/env", "-C", directory.path] + environment.map { "\($0.key)=\($0.value)" }.sorted()
      + command
    var argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    defer { for pointer in argv { free(pointer) } }
    argv.append(nil)
    var pid: pid_t = 0
    let code = posix_spawn(&pid, words[0], &actions, &attributes, argv, environ)
    guard code == 0 else { throw SpawnError(program: command[0], code: code) }
    return pid
  }
}
