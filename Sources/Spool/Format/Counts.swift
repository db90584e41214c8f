/// What became of a sequence that is not queued.
enum Fate: Sendable {
  /// No record ever had it: recovery went on above what may have been given.
  case skipped
  case acknowledged
  /// The others are the reasons of `Spool.Dropped`.
  case full, age, memory, damage, undeliverable, thinned, purged
}

/// How many of some sequences met which fate. No sum of them is above `RecordHeader.sequenceMax`.
struct Counts: Equatable, Sendable {
  var skipped: UInt64 = 0
  var acknowledged: UInt64 = 0
  var full: UInt64 = 0
  var age: UInt64 = 0
  var memory: UInt64 = 0
  var damage: UInt64 = 0
  var undeliverable: UInt64 = 0
  var thinned: UInt64 = 0
  var purged: UInt64 = 0

  /// `count` sequences of one fate.
  init(_ fate: Fate, _ count: UInt64 = 1) {
    self.init()
    switch fate {
    case .skipped: skipped = count
    case .acknowledged: acknowledged = count
    case .full: full = count
    case .age: age = count
    case .memory: memory = count
    case .damage: damage = count
    case .undeliverable: undeliverable = count
    case .thinned: thinned = count
    case .purged: purged = count
    }
  }

  /// None at all.
  init() {}

  /// All of them; wraps only where the disk lied, which `init(_:at:)` does not let through.
  var sum: UInt64 {
    skipped &+ acknowledged &+ full &+ age &+ memory &+ damage &+ undeliverable &+ thinned
      &+ purged
  }

  static func += (left: inout Counts, right: Counts) {
    left.combine(right) { $0 &+ $1 }
  }

  /// Takes `right` away, each count down to zero at most.
  static func -= (left: inout Counts, right: Counts) {
    left.combine(right) { $0 - min($0, $1) }
  }

  static func + (left: Counts, right: Counts) -> Counts {
    var sum = left
    sum += right
    return sum
  }

  static func - (left: Counts, right: Counts) -> Counts {
    var difference = left
    difference -= right
    return difference
  }

  private mutating func combine(_ other: Counts, _ operation: (UInt64, UInt64) -> UInt64) {
    skipped = operation(skipped, other.skipped)
    acknowledged = operation(acknowledged, other.acknowledged)
    full = operation(full, other.full)
    age = operation(age, other.age)
    memory = operation(memory, other.memory)
    damage = operation(damage, other.damage)
    undeliverable = operation(undeliverable, other.undeliverable)
    thinned = operation(thinned, other.thinned)
    purged = operation(purged, other.purged)
  }

  /// Takes `count` of them out, or all where there are fewer: acknowledged ones first, for where it
  /// is not known which sequences met which fate, these are the many.
  mutating func takeOut(_ count: UInt64) -> Counts {
    var rest = count
    func take(_ from: inout UInt64) -> UInt64 {
      let taken = min(from, rest)
      from -= taken
      rest -= taken
      return taken
    }
    var taken = Counts()
    taken.acknowledged = take(&acknowledged)
    taken.skipped = take(&skipped)
    taken.full = take(&full)
    taken.age = take(&age)
    taken.memory = take(&memory)
    taken.damage = take(&damage)
    taken.undeliverable = take(&undeliverable)
    taken.thinned = take(&thinned)
    taken.purged = take(&purged)
    return taken
  }

  /// These counts, or so many of them as `limit` lets through.
  func clipped(to limit: UInt64) -> Counts {
    var all = self
    return all.takeOut(limit)
  }

  /// Bytes on disk.
  static let size = 72

  /// Reads counts that are on disk; nil where their sum is more than there can be.
  init?(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    var sum: UInt64 = 0
    for index in 0..<Counts.size / 8 {
      let count = bytes.littleEndian(UInt64.self, at: offset + 8 * index)
      guard count <= RecordHeader.sequenceMax - sum else { return nil }
      sum += count
    }
    skipped = bytes.littleEndian(UInt64.self, at: offset)
    acknowledged = bytes.littleEndian(UInt64.self, at: offset + 8)
    full = bytes.littleEndian(UInt64.self, at: offset + 16)
    age = bytes.littleEndian(UInt64.self, at: offset + 24)
    memory = bytes.littleEndian(UInt64.self, at: offset + 32)
    damage = bytes.littleEndian(UInt64.self, at: offset + 40)
    undeliverable = bytes.littleEndian(UInt64.self, at: offset + 48)
    thinned = bytes.littleEndian(UInt64.self, at: offset + 56)
    purged = bytes.littleEndian(UInt64.self, at: offset + 64)
  }

  /// Puts them where they are on disk.
  func store(in bytes: inout [UInt8], at offset: Int) {
    bytes.store(skipped, at: offset)
    bytes.store(acknowledged, at: offset + 8)
    bytes.store(full, at: offset + 16)
    bytes.store(age, at: offset + 24)
    bytes.store(memory, at: offset + 32)
    bytes.store(damage, at: offset + 40)
    bytes.store(undeliverable, at: offset + 48)
    bytes.store(thinned, at: offset + 56)
    bytes.store(purged, at: offset + 64)
  }
}
