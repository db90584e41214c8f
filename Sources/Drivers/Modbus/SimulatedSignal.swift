internal import Configuration

/// How the value of one simulated point moves.
struct SimulatedSignal: Sendable {
  private let motion: Motion

  private enum Motion {
    /// Around `mean`, by `swing` to either side, once in `period` seconds.
    case swing(mean: Double, swing: Double, period: Double, phase: Double)
    /// From `start`, by `perHour`.
    case growth(start: Double, perHour: Double)
  }

  /// The motion that suits `point`.
  /// - Parameter seed: makes points of the same unit differ.
  init(_ point: ModbusPoint, seed: Int) {
    // Steps by the golden ratio: neighbours are far apart, and no two are the same.
    let phase = SimulatedSignal.fraction(Double(seed) * 0.618_033_988_749_895)
    func swing(_ mean: Double, _ swing: Double, every period: Double) -> Motion {
      .swing(mean: mean, swing: swing, period: period, phase: phase)
    }
    func growth(_ start: Double, _ perHour: Double) -> Motion {
      .growth(start: start * (1 + phase), perHour: perHour * (1 + phase))
    }
    motion =
      switch point.unit {
      case "V": swing(230, 4, every: 61)
      case "A": swing(5, 3, every: 47)
      case "W": swing(1_100, 600, every: 53)
      case "kW": swing(1.1, 0.6, every: 53)
      case "VA": swing(1_200, 600, every: 53)
      case "kVA": swing(1.2, 0.6, every: 53)
      case "var": swing(200, 100, every: 59)
      case "kvar": swing(0.2, 0.1, every: 59)
      case "Wh", "VAh", "varh": growth(1_000_000, 1_100)
      case "kWh", "kVAh", "kvarh", "Ah", "kAh": growth(1_000, 1.1)
      case "Hz": swing(50, 0.03, every: 37)
      case "Cel": swing(21, 3, every: 600)
      case "%RH", "%": swing(45, 8, every: 480)
      case "Pa": swing(101_325, 400, every: 900)
      case "hPa": swing(1_013.25, 4, every: 900)
      case "deg": swing(20, 10, every: 67)
      default:
        point.quantity == "power_factor" ? swing(0.95, 0.04, every: 43) : swing(10, 5, every: 41)
      }
  }

  /// Whether the values of three phases make their total by being added.
  static func addsUp(_ point: ModbusPoint) -> Bool {
    switch point.unit {
    case "A", "W", "kW", "VA", "kVA", "var", "kvar", "Wh", "kWh", "VAh", "kVAh", "varh", "kvarh":
      true
    default: false
    }
  }

  /// The value after `elapsed`.
  func value(at elapsed: Duration) -> Double {
    let (whole, attoseconds) = elapsed.components
    let seconds = max(Double(whole) + Double(attoseconds) * 1e-18, 0)
    switch motion {
    case .swing(let mean, let swing, let period, let phase):
      return mean + swing * SimulatedSignal.wave(seconds / period + phase)
    case .growth(let start, let perHour):
      return start + perHour * seconds / 3_600
    }
  }

  /// Goes from -1 to 1 and back once a turn, smoothly: two parabolas a half turn, which is near
  /// enough to a sine without the mathematics library.
  private static func wave(_ turns: Double) -> Double {
    let turn = fraction(turns)
    let half = turn < 0.5 ? turn * 2 : (turn - 0.5) * 2
    let arch = 4 * half * (1 - half)
    return turn < 0.5 ? arch : -arch
  }

  /// What is behind the point of a number that is not negative; a century of turns is far from
  /// what Int64 holds.
  private static func fraction(_ value: Double) -> Double { value - Double(Int64(value)) }
}
