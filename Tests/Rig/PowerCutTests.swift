import Foundation
import TestSupport
import Testing

/// The queue of a real gateway on ext4, whose power fails again and again.
@Suite(.serialized)
struct PowerCutTests {
  /// How many cuts of each record are looked at.
  private static let cutCount =
    ProcessInfo.processInfo.environment["GODWIT_RIG_CUTS"].flatMap { Int($0) } ?? 60

  @Test(arguments: ["each record", "every 50 ms"])
  func `a power cut takes back nothing that was called durable`(durability: String) async throws {
    let recording = try await CutRecording.make(durability: durability)
    // Or nothing that follows would mean anything.
    try #require(recording.promises.filter { $0.durable > 0 }.count > 5)
    let cuts = recording.cuts(Self.cutCount, seed: 6)
    let bench = try await CutBench(recording)
    for cut in cuts { try await bench.prepareAndExamine(cut) }

    let summary = bench.summary
    print("\(durability): \(summary)")
    #expect(summary.cuts == Self.cutCount)
    #expect(summary.withQueue > Self.cutCount / 4, "hardly a cut had anything to lose")
    #expect(summary.torn > 0, "no cut took anything back")
  }
}
