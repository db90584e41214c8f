import Configuration
import TestSupport
import Testing

@testable import Drivers

struct RequestPlanTests {
  private func point(
    _ address: UInt16, _ type: RegisterType = .u16, _ table: RegisterTable = .holding
  ) -> ModbusPoint {
    ModbusPoint(name: "p", table: table, address: address, type: type, unit: "none", pollClass: 0)
  }

  private func reads(_ points: [ModbusPoint], limit: Int = 125, gap: Int = 0) -> [[Int]] {
    RequestPlan(points: points, registersPerRead: limit, joinGap: gap).requests.map {
      [Int($0.address), $0.count]
    }
  }

  @Test func `neighbours are read together, in whatever order they come`() {
    #expect(reads([point(4, .f32), point(0, .f32), point(2, .f32)]) == [[0, 6]])
  }

  @Test func `no points need no reads`() {
    #expect(reads([]) == [])
  }

  @Test func `a gap is read over up to the join gap`() {
    #expect(reads([point(0), point(9)], gap: 8) == [[0, 10]])
    #expect(reads([point(0), point(10)], gap: 8) == [[0, 1], [10, 1]])
    #expect(reads([point(0), point(2)]) == [[0, 1], [2, 1]])
  }

  @Test func `a read has no more registers than the limit, and splits no value`() {
    #expect(
      reads([point(0, .f32), point(2, .f32), point(4, .f32)], limit: 5) == [[0, 4], [4, 2]])
    #expect(reads([point(0), point(1, .u64), point(5)], limit: 4) == [[0, 1], [1, 4], [5, 1]])
  }

  @Test func `tables are not mixed`() {
    let plan = RequestPlan(
      points: [point(0, .u16, .input), point(1)], registersPerRead: 125, joinGap: 100)
    #expect(plan.requests.map(\.table) == [.holding, .input])
  }

  @Test func `points that overlap are read once`() {
    #expect(reads([point(10, .u32), point(10), point(11)]) == [[10, 2]])
  }

  @Test func `the last address can be read`() {
    #expect(reads([point(65_534, .u32)]) == [[65_534, 2]])
  }

  /// SDM630, the points of the example in its profile: V, I, P, VA, var and PF of three phases,
  /// total power and factor, frequency, import, export, total energy; at most 80 registers, gap 8.
  @Test func `a three-phase meter takes two reads`() {
    let phases = stride(from: UInt16(0x00), through: 0x22, by: 2).map { point($0, .f32, .input) }
    let totals = [0x34, 0x3E, 0x46, 0x48, 0x4A, 0x156].map { point($0, .f32, .input) }
    #expect(
      reads(phases + totals, limit: 80, gap: 8) == [[0x00, 0x24], [0x34, 0x18], [0x156, 2]])
    #expect(reads(phases + totals, limit: 80, gap: 16) == [[0x00, 0x4C], [0x156, 2]])
  }

  @Test(arguments: 0..<300)
  func `whatever the points, each is whole in one legal read, and no read could be spared`(
    seed: Int
  ) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let limit = Int.random(in: 4...125, using: &random)
    let gap = Int.random(in: 0...20, using: &random)
    let spread = UInt16.random(in: 10...2_000, using: &random)
    let points = (0..<Int.random(in: 0...60, using: &random)).map { _ in
      point(
        UInt16.random(in: 0...spread, using: &random),
        RegisterType.allCases.randomElement(using: &random) ?? .u16,
        RegisterTable.allCases.randomElement(using: &random) ?? .holding)
    }
    let plan = RequestPlan(points: points, registersPerRead: limit, joinGap: gap)

    var seen: [Int: Int] = [:]
    for request in plan.requests {
      let (limit, gap) = bounds(of: request.table, limit: limit, gap: gap)
      #expect((1...limit).contains(request.count))
      var wanted = Set<Int>()
      for value in request.values {
        let point = points[value.index]
        seen[value.index, default: 0] += 1
        #expect(point.table == request.table)
        #expect(value.registers.count == point.type.registerCount)
        #expect(Int(request.address) + value.registers.lowerBound == Int(point.address))
        #expect(value.registers.upperBound <= request.count)
        wanted.formUnion(value.registers)
      }
      // It begins and ends with something wanted, and reads over no wider gap than it may.
      #expect(wanted.contains(0) && wanted.contains(request.count - 1))
      var missing = 0
      for register in 0..<request.count {
        missing = wanted.contains(register) ? 0 : missing + 1
        #expect(missing <= gap)
      }
    }
    #expect(seen.count == points.count && seen.values.allSatisfy { $0 == 1 })
    #expect(plan.requests.count == fewestReads(points, limit: limit, gap: gap))
  }

  /// A response has room for 16 bits where it has room for a register, and for 2,000 at most
  /// (MODBUS Application Protocol V1.1b3, 6.1).
  private func bounds(of table: RegisterTable, limit: Int, gap: Int) -> (Int, Int) {
    switch table {
    case .holding, .input: (limit, gap)
    case .coil, .discrete: (min(16 * limit, 2_000), 16 * gap)
    }
  }

  /// The same number found otherwise: the best split of the points in the order of their addresses,
  /// by dynamic programming over all splits.
  private func fewestReads(_ points: [ModbusPoint], limit: Int, gap: Int) -> Int {
    RegisterTable.allCases.reduce(0) { total, table in
      let spans = points.filter { $0.table == table }
        .map { (start: Int($0.address), end: Int($0.address) + $0.type.registerCount) }
        .sorted { ($0.start, $0.end) < ($1.start, $1.end) }
      let (limit, gap) = bounds(of: table, limit: limit, gap: gap)
      var best = [0]
      for last in spans.indices {
        var fewest = Int.max
        for first in 0...last {
          var end = spans[first].end
          var isLegal = true
          for index in first...last {
            if spans[index].start - end > gap { isLegal = false }
            end = max(end, spans[index].end)
          }
          if isLegal && end - spans[first].start <= limit { fewest = min(fewest, best[first] + 1) }
        }
        best.append(fewest)
      }
      return total + (best.last ?? 0)
    }
  }
}
