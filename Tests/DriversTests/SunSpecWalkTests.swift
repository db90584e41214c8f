import Configuration
import Telemetry
import Testing

@testable import Drivers
@testable import ProfileCheck

/// Finding the models of a device.
@Suite struct SunSpecWalkTests {
  private let discovery = Discovery(
    bases: [40_000, 50_000, 0],
    blocks: [.init(name: "inverter", models: [101, 103], isOptional: false)])

  /// What a walk comes to over some registers; nil for no marker.
  private func walk(_ registers: [Int: UInt16]) throws -> ([SunSpecModel]?, reads: Int) {
    var walk = SunSpecWalk(discovery)
    var step = walk.start
    for reads in 0..<1_000 {
      switch step {
      case .absent: return (nil, reads)
      case .found(let models): return (models, reads)
      case .read(let address):
        let words = [registers[Int(address)], registers[Int(address) + 1]].compactMap { $0 }
        step = walk.next(words.count == 2 ? words : nil)
      }
    }
    Issue.record("a walk without an end")
    return (nil, 0)
  }

  private func image(_ base: Int, _ words: [UInt16]) -> [Int: UInt16] {
    Dictionary(uniqueKeysWithValues: words.enumerated().map { (base + $0, $1) })
  }

  private func model(_ id: UInt16, _ length: Int) -> [UInt16] {
    [id, UInt16(length)] + Array(repeating: 0x4142, count: length)
  }

  /// The addresses are those of a walk by another project's library, over the same image.
  @Test func `models are found behind each other`() throws {
    let words =
      [0x5375, 0x6E53] + model(1, 66) + model(103, 50) + model(160, 8) + [0xFFFF, 0] as [UInt16]
    let found = try walk(image(40_000, words)).0
    #expect(
      found == [
        SunSpecModel(id: 1, length: 66, address: 40_002),
        SunSpecModel(id: 103, length: 50, address: 40_070),
        SunSpecModel(id: 160, length: 8, address: 40_122),
      ])
  }

  @Test func `the marker is looked for at each base`() throws {
    for base in [50_000, 0] {
      let words = [0x5375, 0x6E53] + model(1, 65) + [0xFFFF, 0] as [UInt16]
      #expect(try walk(image(base, words)).0?.map(\.address) == [UInt16(base + 2)])
    }
    let none = try walk(image(40_000, [0, 0]))
    #expect(none.0 == nil && none.reads == 3)
    #expect(try walk([:]).0 == nil)
  }

  @Test func `a chain that ends badly ends`() throws {
    let cut = [0x5375, 0x6E53] + model(1, 66) as [UInt16]
    #expect(try walk(image(40_000, cut)).0?.count == 1)
    // Models of no length, for ever.
    let endless =
      [0x5375, 0x6E53] + Array(repeating: [5, 0], count: 500).flatMap { $0 } as [UInt16]
    let (models, reads) = try walk(image(40_000, endless))
    #expect(models?.count == SunSpecWalk.modelsMax)
    #expect(reads <= SunSpecWalk.modelsMax + 1)
    // Over the end of all addresses.
    let long = [0x5375, 0x6E53, 5, 65_000] as [UInt16]
    #expect(try walk(image(40_000, long)).0?.count == 1)
  }

  @Test func `a point beyond its model's end is not there`() {
    let found = FoundBlocks([SunSpecModel(id: 101, length: 14, address: 100)], discovery)
    var point = ModbusPoint(
      name: "p", table: .holding, address: 15, type: .u16, unit: "W", pollClass: 0)
    point.block = 0
    point.scaleFactor = 2
    let isThere = found.place(&point)
    #expect(isThere && point.address == 115 && point.scaleFactor == 102)
    var beyond = point
    beyond.block = 0
    beyond.address = 15
    beyond.scaleFactor = 16
    let isBeyond = found.place(&beyond)
    #expect(!isBeyond)
    let other = FoundBlocks([SunSpecModel(id: 160, length: 14, address: 100)], discovery)
    let hasOther = other.place(&beyond)
    #expect(!hasOther)
  }

  @Test func `a device is walked once, and again after it was away`() throws {
    let profile = try shippedProfile("sunspec-inverter")
    let test = profile.modbus.tests[0]
    let power = try #require(profile.modbus.points.firstIndex { $0.name == "power" })
    var device = profile.device([power])
    func sample(_ runs: [ProfileTest.RegisterRun]) -> (Outcome, Int) {
      var master = ImageMaster(runs)
      let reading = device.sample(
        group: 0, over: &master, unixMilliseconds: 0, sinceBoot: .zero, pause: { _ in })
      return (reading.sample.outcomes[0], master.requests)
    }
    // Marker, three numbers with lengths, and the values.
    #expect(sample(test.registers) == (.integer(4_770), 5))
    #expect(device.models.map(\.id) == [1, 103])
    #expect(sample(test.registers) == (.integer(4_770), 1))
    device.forgetRefusals()
    #expect(
      sample([.init(table: .holding, address: 40_000, words: [0, 0])]) == (
        .missing(.notAvailable), 3
      ))
    #expect(sample(test.registers) == (.integer(4_770), 5))
  }
}
