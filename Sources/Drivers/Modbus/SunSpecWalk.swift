internal import Configuration

/// A model that a SunSpec device has, and where.
public struct SunSpecModel: Equatable, Sendable {
  /// The model's number, e.g. 103 for a three-phase inverter.
  public let id: UInt16
  /// How many registers it has behind its number and its length.
  public let length: UInt16
  /// The protocol address of its number.
  public let address: UInt16
}

/// Finds the models of a device by walking their chain: a marker at one of some addresses, then
/// each model's number and length, up to the number 0xFFFF (SunSpec Device Information Model
/// Specification, 4.1 and 4.2).
///
/// It tells what to read and is told what came. A device that refuses within the chain has ended
/// it there.
struct SunSpecWalk: Sendable {
  /// What is to be done next.
  enum Step: Equatable {
    /// Read two holding registers from this address on.
    case read(UInt16)
    /// These are all.
    case found([SunSpecModel])
    /// There is no marker at any address.
    case absent
  }

  private let bases: [UInt16]
  private var base = 0
  /// Where the next model begins; nil while the marker is looked for.
  private var position: Int?
  private var models: [SunSpecModel] = []

  /// The largest inverters have some 20; a chain that does not end is no chain.
  static let modelsMax = 64
  /// "SunS".
  private static let marker: [UInt16] = [0x5375, 0x6E53]
  private static let end: UInt16 = 0xFFFF

  init(_ discovery: Discovery) {
    bases = discovery.bases
  }

  /// The first step.
  var start: Step { bases.isEmpty ? .absent : .read(bases[0]) }

  /// The step after a read.
  /// - Parameter words: what came; nil where the device refused.
  mutating func next(_ words: [UInt16]?) -> Step {
    guard let position else {
      if words == SunSpecWalk.marker { return advance(to: Int(bases[base]) + 2) }
      base += 1
      return base < bases.count ? .read(bases[base]) : .absent
    }
    guard let words, words.count == 2, words[0] != SunSpecWalk.end else { return .found(models) }
    models.append(
      SunSpecModel(
        id: words[0], length: words[1], address: UInt16(truncatingIfNeeded: position)))
    guard models.count < SunSpecWalk.modelsMax else { return .found(models) }
    return advance(to: position + 2 + Int(words[1]))
  }

  private mutating func advance(to position: Int) -> Step {
    // A header takes two registers.
    guard position <= 65_534 else { return .found(models) }
    self.position = position
    return .read(UInt16(truncatingIfNeeded: position))
  }
}

/// Where the blocks of a profile are in a device.
struct FoundBlocks: Sendable {
  /// All models of the device.
  let models: [SunSpecModel]
  private let blocks: [SunSpecModel?]

  init(_ models: [SunSpecModel], _ discovery: Discovery) {
    self.models = models
    blocks = discovery.blocks.map { block in
      models.first { block.models.contains($0.id) }
    }
  }

  /// Gives a point the address that it has in this device.
  /// - Returns: whether the device has it.
  func place(_ point: inout ModbusPoint) -> Bool {
    guard let block = point.block else { return true }
    guard let model = blocks[Int(block)] else { return false }
    let end = Int(model.address) + 2 + Int(model.length)
    let base = Int(model.address)
    guard base + point.registers.upperBound <= min(end, 65_536) else { return false }
    point.address += model.address
    if let factor = point.scaleFactor { point.scaleFactor = factor + model.address }
    if let range = point.together {
      point.together = range.lowerBound + base..<range.upperBound + base
    }
    point.block = nil
    return true
  }
}

extension ModbusDevice {
  /// Walks the chain of a device.
  /// - Returns: where the blocks are; else the error that ended the walk, nil where the device is
  ///   no SunSpec device.
  func walk<Master: ModbusMaster & ~Copyable>(
    _ configuration: Device, over master: inout Master, pause: (Duration) -> Void
  ) -> (FoundBlocks?, BusError?) {
    guard let discovery = configuration.profile.modbus.discovery else { return (nil, nil) }
    var walk = SunSpecWalk(discovery)
    var step = walk.start
    while true {
      switch step {
      case .absent: return (nil, nil)
      case .found(let models): return (FoundBlocks(models, discovery), nil)
      case .read(let address):
        var words: [UInt16]?
        do {
          words = try master.readRegisters(
            .holding, at: address, count: 2, unit: unit, timeout: requests.timeout)
        } catch {
          guard error.isAboutRegisters else { return (nil, error) }
        }
        if requests.turnaround > .zero { pause(requests.turnaround) }
        step = walk.next(words)
      }
    }
  }

  /// The groups of a device: one an interval, in the order in which the profile first has it.
  static func groups(_ configuration: Device, in blocks: FoundBlocks?) -> [Group] {
    var groups: [(interval: Duration, places: [Int])] = []
    for place in configuration.points.indices {
      let interval = configuration.interval(ofPoint: place)
      if let known = groups.firstIndex(where: { $0.interval == interval }) {
        groups[known].places.append(place)
      } else {
        groups.append((interval, [place]))
      }
    }
    return groups.map { Group($0.places, of: configuration, interval: $0.interval, blocks) }
  }
}
