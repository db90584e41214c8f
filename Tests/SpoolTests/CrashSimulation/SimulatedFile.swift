import TestSupport

/// A file as the page cache has it, and all that the device may have of it. Pure.
struct SimulatedFile {
  /// The unit that devices write whole.
  static let sectorSize = 512

  /// What reads return.
  private(set) var content: [UInt8] = []
  /// What the device has for sure.
  private var durable: [UInt8] = []
  /// What each sector has been since then, oldest first. The kernel may write a page back at any
  /// moment, so the device has any one of these, or what it had before.
  private var versions: [Int: [[UInt8]]] = [:]
  /// The lengths since then.
  private var sizes: [Int] = []
  /// Sectors that a failed synchronization has left marked clean: the next one passes them by.
  private var forgotten: Set<Int> = []

  /// A file that is on the device as it is.
  init(durable content: [UInt8] = []) {
    self.content = content
    durable = content
  }

  /// Whether nothing of it is open.
  var isDurable: Bool { versions.isEmpty && sizes.isEmpty }

  mutating func write(_ bytes: [UInt8], at offset: Int) {
    if offset + bytes.count > content.count { resize(to: offset + bytes.count) }
    content.replaceSubrange(offset..<offset + bytes.count, with: bytes)
    touch(offset..<offset + bytes.count)
  }

  /// Cuts the file, or makes it longer by zeros.
  mutating func resize(to size: Int) {
    if size == content.count { return }
    let old = content.count
    if size < old {
      content.removeLast(old - size)
      touch(size..<old)
    } else {
      content += [UInt8](repeating: 0, count: size - old)
    }
    sizes.append(size)
  }

  mutating func synchronize() {
    var kept: [Int: [[UInt8]]] = [:]
    for sector in forgotten { kept[sector] = versions[sector] }
    let old = durable
    durable = content
    for sector in kept.keys {
      let range = range(sector).clamped(to: 0..<content.count)
      for index in range { durable[index] = index < old.count ? old[index] : 0 }
    }
    versions = kept
    sizes = []
  }

  /// An fdatasync(2) that fails: the kernel may mark the pages clean, though none was written.
  mutating func failToSynchronize() { forgotten.formUnion(versions.keys) }

  private func range(_ sector: Int) -> Range<Int> {
    sector * SimulatedFile.sectorSize..<(sector + 1) * SimulatedFile.sectorSize
  }

  private mutating func touch(_ range: Range<Int>) {
    if range.isEmpty { return }
    let size = SimulatedFile.sectorSize
    for sector in range.lowerBound / size...(range.upperBound - 1) / size {
      let there = self.range(sector).clamped(to: 0..<content.count)
      versions[sector, default: []].append(Array(content[there]))
      forgotten.remove(sector)
    }
  }

  /// What a power cut may leave.
  func survivor(_ luck: inout Luck) -> [UInt8] {
    let size = sizes.isEmpty ? durable.count : luck.choose(sizes, .length) ?? durable.count
    var bytes = durable
    if bytes.count > size {
      bytes.removeLast(bytes.count - size)
    } else if bytes.count < size {
      bytes += [UInt8](repeating: 0, count: size - bytes.count)
    }
    for sector in versions.keys.sorted() {
      guard let version = luck.choose(versions[sector] ?? [], .data) else { continue }
      for index in range(sector).clamped(to: 0..<size) {
        let place = index - range(sector).lowerBound
        bytes[index] = place < version.count ? version[place] : 0
      }
    }
    return bytes
  }
}

/// Decides what of the open matters a power cut leaves.
struct Luck {
  /// What is decided.
  enum Matter { case name, length, data }

  /// A way to decide.
  enum Kind: CaseIterable, Equatable {
    /// All that was ever done has reached the device.
    case all
    /// Nothing that was not synchronized has.
    case none
    /// Names and lengths have, data has not: zeros.
    case onlyMetadata
    /// Data has, names and lengths have not.
    case onlyData
    /// Most, half, little.
    case most, half, little
  }

  let kind: Kind
  private var random: SplitMix64

  init(_ kind: Kind, seed: UInt64) {
    self.kind = kind
    random = SplitMix64(seed: seed)
  }

  /// Whether one thing has happened.
  mutating func has(_ matter: Matter) -> Bool {
    switch kind {
    case .all: true
    case .none: false
    case .onlyMetadata: matter != .data
    case .onlyData: matter == .data
    case .most: random.next() % 8 != 0
    case .half: random.next() % 2 == 0
    case .little: random.next() % 8 == 0
    }
  }

  /// One of the versions, most likely the last; nil for what was there before.
  mutating func choose<Version>(_ versions: [Version], _ matter: Matter) -> Version? {
    guard has(matter) else { return nil }
    guard [.most, .half, .little].contains(kind), random.next() % 2 == 0 else {
      return versions.last
    }
    return versions[Int(random.next() % UInt64(versions.count))]
  }
}
