/// Pairs of numbers, sorted by the first: a characteristic, or numbers for codes.
public struct FormulaTable: Equatable, Sendable {
  /// Enough for a thermocouple in steps of 5 °C; a look-up halves it eight times.
  public static let pairsMax = 256

  /// Keys at even indices, each with its value behind it.
  private let numbers: [Double]

  /// A table; nil where the pairs are none or too many, not finite, or their keys do not grow from
  /// each pair to the next.
  public init?(_ pairs: [(key: Double, value: Double)]) {
    guard !pairs.isEmpty, pairs.count <= Self.pairsMax else { return nil }
    var numbers: [Double] = []
    for (index, pair) in pairs.enumerated() {
      guard pair.key.isFinite, pair.value.isFinite else { return nil }
      if index > 0 && pairs[index - 1].key >= pair.key { return nil }
      numbers.append(pair.key)
      numbers.append(pair.value)
    }
    self.numbers = numbers
  }

  private var count: Int { numbers.count / 2 }

  private func key(_ index: Int) -> Double { numbers[2 * index] }

  private func value(_ index: Int) -> Double { numbers[2 * index + 1] }

  /// The value of exactly this key.
  func lookup(_ x: Double) throws(FormulaReason) -> Double {
    let index = lowerBound(of: x)
    guard index < count, key(index) == x else { throw .outOfDomain }
    return value(index)
  }

  /// The value of the key that is nearest, of the lower one in the middle between two. Beyond the
  /// ends it is that of the end.
  func nearest(_ x: Double) -> Double {
    let index = lowerBound(of: x)
    if index == 0 { return value(0) }
    if index == count { return value(index - 1) }
    // Halves, for the whole could be infinite.
    return x / 2 - key(index - 1) / 2 <= key(index) / 2 - x / 2
      ? value(index - 1) : value(index)
  }

  /// The value on the straight line between the pairs on both sides; there is none beyond the ends.
  func interpolated(_ x: Double) throws(FormulaReason) -> Double {
    let index = lowerBound(of: x)
    guard index < count else { throw .outOfDomain }
    if key(index) == x { return value(index) }
    guard index > 0 else { throw .outOfDomain }
    let share = (x / 2 - key(index - 1) / 2) / (key(index) / 2 - key(index - 1) / 2)
    return value(index - 1) + share * (value(index) - value(index - 1))
  }

  /// The index of the first key that is not below.
  private func lowerBound(of x: Double) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if key(middle) < x { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
