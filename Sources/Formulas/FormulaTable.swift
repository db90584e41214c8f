/// Pairs of numbers, sorted by the first: a characteristic, or numbers for codes.
public struct FormulaTable: Equatable, Sendable {
  /// Enough for a thermocouple in steps of 5 °C; a look-up halves it eight times.
  public static let pairsMax = 256

  private let keys: [Double]
  private let values: [Double]

  /// A table; nil where the pairs are none or too many, not finite, or their keys do not grow from
  /// each pair to the next.
  public init?(_ pairs: [(key: Double, value: Double)]) {
    guard !pairs.isEmpty, pairs.count <= Self.pairsMax else { return nil }
    var keys: [Double] = []
    var values: [Double] = []
    for pair in pairs {
      guard pair.key.isFinite, pair.value.isFinite else { return nil }
      if let last = keys.last, last >= pair.key { return nil }
      keys.append(pair.key)
      values.append(pair.value)
    }
    self.keys = keys
    self.values = values
  }

  /// The value of exactly this key.
  func lookup(_ key: Double) throws(FormulaReason) -> Double {
    let index = lowerBound(of: key)
    guard index < keys.count, keys[index] == key else { throw .outOfDomain }
    return values[index]
  }

  /// The value of the key that is nearest, of the lower one in the middle between two. Beyond the
  /// ends it is that of the end.
  func nearest(_ key: Double) -> Double {
    let index = lowerBound(of: key)
    if index == 0 { return values[0] }
    if index == keys.count { return values[index - 1] }
    return key - keys[index - 1] <= keys[index] - key ? values[index - 1] : values[index]
  }

  /// The value on the straight line between the pairs on both sides; there is none beyond the ends.
  func interpolated(_ key: Double) throws(FormulaReason) -> Double {
    let index = lowerBound(of: key)
    guard index < keys.count else { throw .outOfDomain }
    if keys[index] == key { return values[index] }
    guard index > 0 else { throw .outOfDomain }
    let share = (key - keys[index - 1]) / (keys[index] - keys[index - 1])
    return values[index - 1] + share * (values[index] - values[index - 1])
  }

  /// The index of the first key that is not below.
  private func lowerBound(of key: Double) -> Int {
    var low = 0
    var high = keys.count
    while low < high {
      let middle = (low + high) / 2
      if keys[middle] < key { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
