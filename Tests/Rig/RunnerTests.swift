import Foundation
import Glibc
import TestSupport
import Testing

/// The virtual Pi itself.
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
  }
}
