/// Works out what is asked of one channel's values over a batch. Outcomes without a value are left
/// out and counted.
struct Aggregation {
  private var channel: Channel?
  private var count: Int64 = 0
  private var missing: Int64 = 0
  private var reason = MissingReason.notAvailable
  private var last = Outcome.missing(.notAvailable)
  private var least: (outcome: Outcome, number: Double)?
  private var greatest: (outcome: Outcome, number: Double)?
  private var numbers: Int64 = 0
  private var sum = 0.0
  /// Whether all values ever were of single precision: a mean of them has no further digits.
  private var isSingle = true
  /// Whether all values of the batch were whole.
  private var isWhole = true

  /// The value that holds until the next comes, and since when it was not counted.
  private var held: (number: Double?, since: Duration)?
  private var weighted = 0.0
  private var weight = 0.0

  /// Takes what came of the channel at a time.
  mutating func add(_ outcome: Outcome, of channel: Channel, at time: Duration) {
    self.channel = channel
    weigh(until: time)
    held = (outcome.countedNumber, time)
    if case .missing(let reason) = outcome {
      missing += 1
      self.reason = reason
      return
    }
    count += 1
    last = outcome
    guard let number = outcome.countedNumber else { return }
    numbers += 1
    sum += number
    if case .float = outcome {} else { isSingle = false }
    if case .integer = outcome {} else { isWhole = false }
    if least.map({ number < $0.number }) ?? true { least = (outcome, number) }
    if greatest.map({ number > $0.number }) ?? true { greatest = (outcome, number) }
  }

  /// Appends what has come out of it, and begins anew; nothing where nothing was taken.
  /// - Parameter time: the batch's end. The last value goes on to hold behind it.
  mutating func close(
    at time: Duration, _ aggregates: [Aggregate], _ channels: inout [Channel],
    _ outcomes: inout [Outcome]
  ) {
    guard let channel, count + missing > 0 else { return }
    weigh(until: time)
    for aggregate in aggregates {
      let isCount = aggregate.kind == .count
      let isMean = aggregate.kind == .mean || aggregate.kind == .timeWeightedMean
      channels.append(
        Channel(
          name: channel.name + aggregate.suffix,
          // A mean of many is finer than each of them.
          digits: isMean ? channel.digits.map { $0 + 2 } : channel.digits,
          unit: isCount ? "count" : channel.unit, index: channel.index))
      outcomes.append(outcome(aggregate.kind))
    }
    if missing > 0 {
      channels.append(
        Channel(
          name: channel.name + Aggregation.missingSuffix, digits: nil, unit: "count",
          index: channel.index))
      outcomes.append(.integer(missing))
    }
    let (held, isSingle) = (held, isSingle)
    self = Aggregation()
    self.held = held
    self.isSingle = isSingle
  }

  /// What readings have behind the channel's name for the number of outcomes without a value.
  static let missingSuffix = "_missing"

  private func outcome(_ kind: Aggregate.Kind) -> Outcome {
    switch kind {
    case .count: .integer(count)
    case .last: count > 0 ? last : .missing(reason)
    case .min: least?.outcome ?? nothing
    case .max: greatest?.outcome ?? nothing
    case .sum: numbers > 0 ? total : nothing
    case .mean: numbers > 0 ? rounded(sum / Double(numbers)) : nothing
    case .timeWeightedMean:
      if weight > 0 { rounded(weighted / weight) } else { held?.number.map(rounded) ?? nothing }
    }
  }

  /// Texts have no mean.
  private var nothing: Outcome { .missing(count > 0 ? .notANumber : reason) }

  /// Doubles hold whole numbers up to this exactly.
  private static let wholeMax = 9_007_199_254_740_992.0

  private var total: Outcome {
    isWhole && abs(sum) < Aggregation.wholeMax ? .integer(Int64(sum)) : rounded(sum)
  }

  private func rounded(_ number: Double) -> Outcome {
    guard number.isFinite else { return .missing(.notANumber) }
    let single = Float(number)
    return isSingle && single.isFinite ? .float(single) : .double(number)
  }

  /// Counts the value that has held so far.
  private mutating func weigh(until time: Duration) {
    guard let held else { return }
    self.held = (held.number, max(held.since, time))
    guard let number = held.number, time > held.since else { return }
    let (seconds, attoseconds) = (time - held.since).components
    let length = Double(seconds) + Double(attoseconds) / 1e18
    weight += length
    weighted += number * length
  }
}

extension Outcome {
  /// The value as a number, yes as one and no as zero; nil where it is neither.
  fileprivate var countedNumber: Double? {
    switch self {
    case .boolean(let value): value ? 1 : 0
    case .float(let value): Double(decimal: value)
    default: number
    }
  }
}

extension Double {
  /// The number that people mean by one of single precision: 230.2 and not 230.1999969, so that
  /// means and sums do not gather the difference.
  fileprivate init(decimal single: Float) {
    // Ten to the power of 19 fits into 64 bits; beyond, the difference does not show.
    guard let decimal = ShortestDecimal(single), -19...0 ~= decimal.exponent else {
      self = Double(single)
      return
    }
    let magnitude =
      Double(decimal.coefficient) / Double(ShortestDecimal.powerOfTen(-decimal.exponent))
    self = decimal.isNegative ? -magnitude : magnitude
  }
}
