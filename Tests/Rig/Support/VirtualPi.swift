import Foundation
import Glibc
import TestSupport

/// A computer with pins, buses, links and disks that are made of software only: User-Mode Linux, an
/// ordinary process. See docs/rig.md.
///
/// What it writes goes to `work`, a folder that both sides see under the same path. It is off when
/// this object goes, and nothing of it stays.
final class VirtualPi {
  /// What it could not do.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  let work: URL
  private let process: ChildProcess
  private var number = 0
  private var isOff = false

  /// Starts one on this machine's own file tree.
  /// - Parameters:
  ///   - disks: files that it has as /dev/ubda, /dev/ubdb and so on.
  ///   - limit: after so many seconds it is killed, whatever it does. All that a test does with it has
  ///     to fit, on a machine with other work.
  convenience init(megabytes: Int = 256, disks: [URL] = [], limit: Int = 600) async throws {
    let initial = Kernel.root.appendingPathComponent("Tests/Rig/Guest/init").path
    try await self.init(megabytes: megabytes, limit: limit) { _ in
      ["rootfstype=hostfs", "ro", "init=\(initial)"]
        + zip("abcdefgh", disks).map { "ubd\($0)=\($1.path)" }
    }
  }

  /// Starts one.
  /// - Parameter boot: of the folder `work`, the kernel's words that tell it what to start.
  init(megabytes: Int, limit: Int, boot: (URL) -> [String]) async throws {
    guard OwnThreads.isHere else {
      throw Failure(description: "a suite with a virtual Pi needs @Suite(.ownThreads)")
    }
    let kernel = try Kernel.folder.get()
    try await Gate.pis.enter()
    work = FileManager.default.temporaryDirectory
      .appendingPathComponent("godwit-rig-\(UUID().uuidString)")
    let arguments =
      ["\(limit)", "\(megabytes)", work.path, "\(kernel)/linux"] + boot(work) + [
        "con=null", "con0=fd:0,fd:1", "quiet", "panic=-1", "godwit_work=\(work.path)",
        "godwit_root=\(Kernel.root.path)", "godwit_kernel=\(kernel)",
      ]
    do {
      try FileManager.default.createDirectory(
        at: work.appendingPathComponent("commands"), withIntermediateDirectories: true)
      process = try ChildProcess(
        Kernel.root.appendingPathComponent("Tests/Rig/Guest/boot").path, arguments,
        output: work.appendingPathComponent("console"), hasInput: true, directory: work)
    } catch {
      Gate.pis.leave()
      throw error
    }
    let isReady = try await eventually(within: .seconds(120)) {
      process.hasEnded || process.output.contains("virtual Pi: ready")
    }
    guard isReady, !process.hasEnded else {
      let output = process.output
      let what = isReady && output.contains("ready") ? "was ready and has ended" : "does not start"
      switchOff()
      throw Failure(description: "the virtual Pi \(what): \(output)")
    }
  }

  deinit {
    switchOff()
  }

  /// What its console says, for messages of tests that fail.
  var console: String { process.output }

  /// The process that keeps it.
  var keeper: pid_t { process.pid }

  /// Whether it is off.
  var hasEnded: Bool { process.hasEnded }

  /// Pulls the plug.
  func switchOff() {
    guard !isOff else { return }
    isOff = true
    if !process.hasEnded { process.signal(SIGTERM) }
    _ = process.waitForEnd()
    try? FileManager.default.removeItem(at: work)
    Gate.pis.leave()
  }

  func file(_ name: String) -> URL { work.appendingPathComponent(name) }

  func write(_ text: String, to name: String) throws {
    try text.write(to: file(name), atomically: true, encoding: .utf8)
  }

  /// Starts shell commands in it, in bash with the functions of Tests/Rig/Guest/lib.sh, in `work`.
  /// A program that is to get signals is the last, after `exec`.
  func start(_ commands: String) throws -> GuestProcess {
    number += 1
    try write(commands + "\n", to: "commands/\(number)")
    let line = Array("\(number)\n".utf8)
    guard send(process.input, line, line.count, Int32(MSG_NOSIGNAL)) == line.count else {
      throw Failure(description: "the virtual Pi is off: \(console)")
    }
    return GuestProcess(base: file("commands/\(number)").path, pi: self)
  }

  /// Does them, and waits for their end.
  /// - Returns: what they wrote, without the last line feed.
  /// - Throws: `Failure` where their status is not 0.
  @discardableResult
  func run(_ commands: String, within limit: Duration = .seconds(30)) async throws -> String {
    let process = try start(commands)
    guard let status = try await process.waitForEnd(within: limit) else {
      throw Failure(description: "'\(commands)' does not end: \(process.output)")
    }
    guard status == 0 else {
      throw Failure(description: "'\(commands)' ended with status \(status): \(process.output)")
    }
    let output = process.output
    return output.hasSuffix("\n") ? String(output.dropLast()) : output
  }

  /// A program in it.
  struct GuestProcess {
    fileprivate let base: String
    fileprivate let pi: VirtualPi

    /// Where its output goes.
    var outputFile: URL { URL(fileURLWithPath: "\(base).out") }

    /// What it wrote so far.
    var output: String { (try? String(contentsOfFile: "\(base).out", encoding: .utf8)) ?? "" }

    /// Its exit status; nil while it runs.
    var status: Int? {
      (try? String(contentsOfFile: "\(base).status", encoding: .utf8))
        .flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    /// Waits until it ends; nil where that takes longer than `limit`.
    func waitForEnd(within limit: Duration = .seconds(30)) async throws -> Int? {
      _ = try await eventually(within: limit) { status != nil || pi.hasEnded }
      return status
    }

    /// Sends it a signal: TERM, KILL, ...
    func signal(_ name: String) async throws {
      try await pi.run("kill -\(name) $(cat \(base).pid)")
    }

    /// Asks it to end in good order and waits until it has.
    func stop(within limit: Duration = .seconds(30)) async throws -> Int? {
      try await signal("TERM")
      return try await waitForEnd(within: limit)
    }
  }
}
