import Foundation
import Glibc
import TestSupport
import Testing

/// The virtual Pi itself.
@Suite(.ownThreads)
struct RunnerTests {
  @Test func `it runs commands at the same time and tells how they ended`() async throws {
    let pi = try await VirtualPi()
    let sleeper = try pi.start("exec sleep 60")
    #expect(try await pi.run("echo one; uname -r").contains("godwit-rig"))
    let failing = try pi.start("echo what; exit 7")
    #expect(try await failing.waitForEnd() == 7)
    #expect(failing.output == "what\n")
    #expect(sleeper.status == nil)
    #expect(try await sleeper.stop() == 128 + 15)
    // The machine's own files are not to be changed from there.
    await #expect(throws: VirtualPi.Failure.self) { try await pi.run("touch /etc/godwit-was-here") }
  }

  /// The processes whose command line names a file in `folder`.
  private static func processes(of folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { pid in
      guard Int(pid) != nil,
        let words = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline")
      else { return false }
      return String(decoding: words, as: UTF8.self).contains(folder.lastPathComponent)
    }
  }

  @Test(arguments: ["switched off", "time is over", "keeper is killed"])
  func `nothing of it stays`(how: String) async throws {
    let pi = try await VirtualPi(limit: how == "time is over" ? 6 : 600)
    // Something to clear away: processes, one of which stands still, and a loop device.
    _ = try pi.start("exec sleep 1000")
    _ = try pi.start("kill -STOP $BASHPID")
    let loop =
      "truncate -s 4M image && /sbin/mkfs.ext4 -q image && mkdir /tmp/d && mount image /tmp/d"
    try await pi.run(loop)
    let before = try Self.processes(of: pi.work)
    #expect(before.count >= 2, "the kernel and its keeper")
    switch how {
    case "switched off": pi.switchOff()
    case "time is over": #expect(try await eventually(within: .seconds(30)) { pi.hasEnded })
    default: kill(pi.keeper, SIGKILL)
    }
    let isGone = try await eventually(within: .seconds(10)) {
      try Self.processes(of: pi.work).isEmpty
    }
    #expect(isGone)
    await #expect(throws: (any Error).self) {
      try await pi.run("true", within: .seconds(2))
    }
    pi.switchOff()
    #expect(!FileManager.default.fileExists(atPath: pi.work.path))
  }
}
