import Telemetry
import TestSupport
import Testing

@testable import Pipeline

@Suite struct KeptTotalsTests {
  private var some: KeptTotals {
    var totals = KeptTotals()
    _ = totals.set(18_446_744_073_709_551_615, of: "rain_total", device: "rain")
    _ = totals.set(12, of: "energy", device: "heat-pump")
    return totals
  }

  @Test func `what is written is read again, and the way it ended`() {
    let stopped = KeptTotals(text: some.text(isRunning: false))
    #expect(stopped.entries == some.entries)
    #expect(stopped.doubt(of: "energy", device: "heat-pump") == .restarted)
    let interrupted = KeptTotals(text: some.text(isRunning: true))
    #expect(interrupted.entries == some.entries)
    #expect(interrupted.doubt(of: "energy", device: "heat-pump") == .unsaved)
    // A device that is new.
    #expect(interrupted.doubt(of: "energy", device: "other") == nil)
    #expect(KeptTotals().doubt(of: "energy", device: "heat-pump") == nil)
  }

  @Test func `a total that is set to what it is changes nothing`() {
    var totals = some
    let isSame = !totals.set(12, of: "energy", device: "heat-pump")
    #expect(isSame)
    let isNew = totals.set(13, of: "energy", device: "heat-pump")
    #expect(isNew)
  }

  /// Each bit of the file wrong, and the file cut anywhere: no total comes out that was not put in.
  @Test func `damage is noticed wherever it is`() {
    let text = some.text(isRunning: false)
    for index in text.indices {
      for bit in 0..<8 {
        var damaged = text
        damaged[index] ^= 1 << UInt8(bit)
        let read = KeptTotals(text: damaged)
        #expect(read.isDamaged)
        for entry in read.entries { #expect(some.entries.contains(entry)) }
      }
      let cut = KeptTotals(text: Array(text[..<index]))
      #expect(cut.isDamaged)
      for entry in cut.entries { #expect(some.entries.contains(entry)) }
    }
  }

  @Test func `a total that was in a damaged line says that it is lost`() {
    var text = some.text(isRunning: false)
    text[text.count - 30] ^= 1
    let read = KeptTotals(text: text)
    #expect(read.entries.count == 1)
    #expect(read.doubt(of: "rain_total", device: "rain") == .unsaved)
    #expect(read.doubt(of: "energy", device: "heat-pump") == .totalLost)
  }

  @Test func `a file of garbage is no totals, and no crash`() {
    var random = SplitMix64(seed: 6)
    for _ in 0..<200 {
      let bytes = (0..<Int(random.next() % 300)).map { _ in UInt8(truncatingIfNeeded: random.next())
      }
      #expect(KeptTotals(text: bytes).entries.isEmpty)
    }
  }
}
