import Foundation
import TestSupport
import Testing

/// The queue of a real gateway on ext4, whose power fails again and again.
@Suite(.ownThreads)
struct PowerCutTests {
  /// How many cuts of each record are looked at.
  private static let cutCount =
    ProcessInfo.processInfo.environment["GODWIT_RIG_CUTS"].flatMap { Int($0) } ?? 40

  @Test(arguments: ["each record", "every 500 ms"])
  func `a power cut takes back nothing that was called durable`(durability: String) async throws {
    let recording = try await CutRecording.make(durability: durability)
    // Or nothing that follows would mean anything.
    try #require(recording.promises.filter { $0.durable > 0 }.count > 10)
    let bench = try await CutBench(recording)
    for cut in recording.cuts(Self.cutCount, seed: 6) { try await bench.examine(cut) }

    let summary = bench.summary
    print("power cuts, durability \(durability): \(summary)")
    #expect(summary.cuts == Self.cutCount)
    #expect(summary.withQueue > Self.cutCount / 4, "hardly a cut had anything to lose")
    if durability != "each record" { #expect(summary.torn > 0, "no cut took anything back") }
  }

  @Test func `a gateway that does not make durable what it calls so is found out`() async throws {
    let recording = try await CutRecording.make(durability: "every 500 ms", isLying: true)
    try #require(recording.promises.filter { $0.durable > 0 }.count > 10)
    let bench = try await CutBench(recording)
    try await withKnownIssue {
      for cut in recording.cuts(6, seed: 6) { try await bench.examine(cut) }
    } matching: {
      // Others follow from it.
      _ in
      true
    }
    #expect(bench.summary.broken > 0)
  }
}
