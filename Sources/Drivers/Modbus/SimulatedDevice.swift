public import Configuration
internal import Formulas

/// A device that is not there: registers as a profile wants them, with values that move.
///
/// The values are a function of the profile and of the time that has passed, and of nothing else,
/// so two runs give the same. Each point moves by itself, as its unit and quantity suggest: a
/// voltage swings slowly around 230, a counter only grows. A total, which is a point that has
/// siblings named like it with `_l1`, `_l2`, `_l3` at the end, is their sum where sums make sense.
/// Nothing else agrees with anything: power is not voltage times current.
public struct SimulatedDevice: Sendable {
  private let points: [ModbusPoint]
  private let signals: [SimulatedSignal]
  private let encoders: [RegisterEncoder]
  private let phases: [[Int]]
  /// The registers that there are, with what does not move.
  private let blocks: [RegisterBlock]

  /// A device of that profile.
  public init(profile: DeviceProfile) {
    var points = profile.modbus.points
    var fixed: [RegisterBlock] = []
    if let discovery = profile.modbus.discovery {
      fixed.append(SimulatedDevice.chain(discovery, &points))
    }
    let free = points.map { point in
      // What is in the chain is in its block; what is not, in blocks of its own.
      var point = point
      if fixed.contains(where: { $0.contains(point) }) { point.hasRegisters = false }
      return point
    }
    let layout = RequestPlan(
      points: free.filter { $0.hasRegisters }, registersPerRead: SimulatedDevice.addressSpace,
      joinGap: profile.modbus.connection.joinGap)
    self.points = points
    signals = points.indices.map { SimulatedSignal(points[$0], seed: $0) }
    encoders = points.map { RegisterEncoder($0) }
    phases = points.map { point in
      guard SimulatedSignal.addsUp(point) else { return [] }
      return (1...3).compactMap { phase in
        points.firstIndex { $0.name == "\(point.name)_l\(phase)" && $0.unit == point.unit }
      }
    }
    blocks =
      fixed
      + layout.requests.map { request in
        RegisterBlock(
          table: request.table, address: request.address,
          words: [UInt16](repeating: 0, count: request.count))
      }
  }

  /// The device's registers after `elapsed`.
  ///
  /// There are as many blocks as the profile's points make when they are joined over its join gap,
  /// always the same ones. Registers in such a gap are 0, because the profile says that they can be
  /// read; those outside of the blocks do not exist.
  public func registers(at elapsed: Duration) -> [RegisterBlock] {
    let values = points.indices.map { value(of: $0, at: elapsed) }
    var blocks = blocks
    for index in points.indices where points[index].hasRegisters {
      let point = points[index]
      guard let block = blocks.firstIndex(where: { $0.contains(point) }) else { continue }
      let start = Int(blocks[block].address)
      let words = words(of: index, values, at: elapsed)
      for (offset, word) in words.enumerated() {
        let place = Int(point.address) - start + offset
        // Bits of one register are several points.
        if point.bits == nil { blocks[block].words[place] = 0 }
        blocks[block].words[place] |= word
      }
      if let factor = point.scaleFactor {
        blocks[block].words[Int(factor) - start] =
          point.byteOrder == .little ? UInt16.max.byteSwapped : UInt16.max
      }
    }
    return blocks
  }

  private func words(of index: Int, _ values: [Double], at elapsed: Duration) -> [UInt16] {
    let point = points[index]
    let encoder = encoders[index]
    if case .text(let layout) = point.type { return encoder.encode(point.name, layout) }
    let minute = Int(elapsed.components.seconds / 60)
    let low = UInt64(point.bits?.low ?? 0)
    switch point.meaning {
    case .truth:
      return encoder.encode(pattern: (minute + index) % 2 == 0 ? 0 : 1 << low)
    case .labels(let table):
      let entry = table.entries[(minute + index) % table.entries.count]
      return encoder.encode(Double(entry.number))
    case .flags(let table):
      // One after the other, and in between none.
      let place = (minute + index) % (table.entries.count + 1)
      let pattern: UInt64 =
        place == 0 ? 0 : 1 << UInt64(truncatingIfNeeded: table.entries[place - 1].number)
      return encoder.encode(pattern: pattern << low)
    case .number: break
    }
    // A scale factor is always -1.
    if point.scaleFactor != nil { return encoder.encode(values[index] * 10) }
    if let formula = point.formulas?.value {
      return encoder.encode(SimulatedDevice.raw(of: values[index], formula, point, values))
    }
    let words = encoder.encode(values[index])
    // A value that is too large for the point may come out as "not available": a cell has no 230 V.
    return encoder.isInvalid(words) ? encoder.encode(values[index] / 100) : words
  }

  private func value(of index: Int, at elapsed: Duration) -> Double {
    let sum =
      phases[index].count == 3
      ? phases[index].reduce(0) { $0 + signals[$1].value(at: elapsed) }
      : signals[index].value(at: elapsed)
    guard let range = points[index].range ?? points[index].clamp else { return sum }
    return min(max(sum, range.lowerBound), range.upperBound)
  }

  /// The raw number that a formula makes `value` of, where it is on a straight line.
  private static func raw(
    of value: Double, _ formula: Formula, _ point: ModbusPoint, _ values: [Double]
  ) -> Double {
    var slots: [FormulaValue] = [.integer(0)]
    for input in point.formulas?.inputs ?? [] { slots.append(.real(values[Int(input)])) }
    let zero = number(formula.evaluate(slots.span))
    slots[0] = .integer(1_000)
    let thousand = number(formula.evaluate(slots.span))
    guard let zero, let thousand, zero != thousand else { return value }
    return (value - zero) / (thousand - zero) * 1_000
  }

  private static func number(_ value: FormulaValue) -> Double? {
    switch value {
    case .integer(let number): Double(number)
    case .real(let number): number
    case .missing: nil
    }
  }

  /// The models of a device that says itself where its registers are, one behind the other; the
  /// points get the addresses that they have there.
  private static func chain(_ discovery: Discovery, _ points: inout [ModbusPoint]) -> RegisterBlock
  {
    let base = discovery.bases[0]
    // "SunS"; SunSpec Device Information Model Specification, 4.1.
    var words: [UInt16] = [0x5375, 0x6E53]
    var models: [SunSpecModel] = []
    for (index, block) in discovery.blocks.enumerated() {
      var end = 2
      for point in points where point.block == UInt8(truncatingIfNeeded: index) {
        end = max(end, point.registers.upperBound)
      }
      // What has no room behind the others is not there; two registers are the chain's end.
      guard Int(base) + words.count + end + 2 <= addressSpace else { continue }
      models.append(
        SunSpecModel(
          id: block.models[0], length: UInt16(truncatingIfNeeded: end - 2),
          address: base + UInt16(truncatingIfNeeded: words.count)))
      words += [block.models[0], UInt16(truncatingIfNeeded: end - 2)]
      words += [UInt16](repeating: 0, count: end - 2)
    }
    words += [0xFFFF, 0]
    let found = FoundBlocks(models, discovery)
    for index in points.indices { _ = found.place(&points[index]) }
    return RegisterBlock(table: .holding, address: base, words: words)
  }

  /// How many registers a table can have.
  private static let addressSpace = 65_536
}

extension RegisterBlock {
  fileprivate func contains(_ point: ModbusPoint) -> Bool {
    point.table == table && Int(address) <= point.registers.lowerBound
      && point.registers.upperBound <= Int(address) + words.count
  }
}
