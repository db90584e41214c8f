import TestSupport
import Testing

@testable import Spool

struct SettledTests {
  private func settled(at sequence: UInt64 = 0) -> Settled {
    Settled(
      Position(identity: 1, sequence: sequence, counts: Counts(.acknowledged, sequence)))
  }

  @Test func `the position goes up to the first that is not settled`() {
    var settled = settled()
    settled.settle(3...3, Counts(.acknowledged))
    settled.settle(2...2, Counts(.damage))
    #expect(settled.position == 0 && settled.islands.count == 1)
    #expect(settled.next(from: 1) == 1 && settled.next(from: 2) == 4)
    settled.settle(1...1, Counts(.acknowledged))
    #expect(settled.position == 3 && settled.islands.isEmpty)
    #expect(settled.total.acknowledged == 2 && settled.total.damage == 1)
  }

  /// Against a set of numbers.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func `any order of ranges comes to the same`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var settled = settled(at: 5)
    var model = Set<UInt64>(1...5)
    var total = Counts(.acknowledged, 5)
    for _ in 0..<200 {
      let lower = UInt64.random(in: 6...120, using: &random)
      let wanted = lower...lower + UInt64.random(in: 0...4, using: &random)
      var open: [Range<UInt64>] = []
      settled.forEachOpen(in: wanted.lowerBound..<wanted.upperBound + 1) { open.append($0) }
      #expect(open.flatMap { $0 } == wanted.filter { !model.contains($0) })
      for range in open {
        let counts = Counts(Bool.random(using: &random) ? .age : .acknowledged, UInt64(range.count))
        settled.settle(range.lowerBound...range.upperBound - 1, counts)
        total += counts
        model.formUnion(range)
      }
      #expect(settled.count == UInt64(model.count))
      #expect(settled.total == total && total.sum == settled.count)
      #expect(settled.contains(lower))
      let probe = UInt64.random(in: 1...130, using: &random)
      #expect(settled.next(from: probe) == (probe...).first { !model.contains($0) })
      // Islands are what the set has ahead of the position, none next to another.
      let islands = settled.islands.flatMap { Array($0.lower...$0.upper) }
      #expect(Set(1...settled.position).union(islands) == model)
      for (left, right) in zip(settled.islands, settled.islands.dropFirst()) {
        #expect(left.upper + 1 < right.lower)
      }
      checkSaved(settled)
    }
  }

  /// What is kept on disk is a part of it, with the counts of that part.
  private func checkSaved(_ settled: Settled) {
    let saved = settled.saved(identity: 1, stored: 60)
    #expect(saved.islands.count <= PositionFile.islandsMax)
    let again = Settled(saved)
    #expect(again.count == again.total.sum)
    #expect(again.position == settled.position)
    if settled.islands.count <= PositionFile.islandsMax {
      #expect(again.total == settled.total)
    }
  }

  @Test func `of too many islands the largest stay, and those that are needed`() {
    var settled = settled()
    for index in 0..<30 as Range<UInt64> {
      let lower = 10 + index * 10
      settled.settle(lower...lower + index % 5, Counts(.acknowledged, index % 5 + 1))
    }
    let isNoted = settled.need(10...10)
    #expect(isNoted)
    let saved = settled.saved(identity: 1, stored: 1_000)
    #expect(saved.islands.count == 23)
    #expect(saved.islands.first == 10...10)
    // Six have one sequence; but for the needed one, those went first.
    #expect(saved.islands.filter { $0.count == 1 }.count == 1)
  }

  @Test func `behind the store no island is kept above one that is not`() {
    var settled = settled()
    for index in 0..<30 as Range<UInt64> {
      settled.settle(10 + index * 10...10 + index * 10, Counts(.acknowledged))
    }
    let saved = settled.saved(identity: 1, stored: 5)
    #expect(saved.islands.map(\.lowerBound) == (0..<23).map { 10 + $0 * 10 })
  }
}
