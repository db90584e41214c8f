internal import Configuration

/// In which order a Modbus line is searched; pure.
///
/// A line has one speed and one parity, so that the search goes through the settings with the units
/// that most devices are delivered with, and only where somebody has answered through all others.
struct ScanPlan {
  /// Devices are delivered as unit 1, and numbered upwards from there.
  static let likelyUnits: ClosedRange<UInt8> = 1...16
  /// By how common they are.
  static let bauds = [9_600, 19_200, 2_400, 4_800, 115_200, 38_400, 57_600, 1_200]
  static let parities: [SerialLine.Parity] = [.none, .even, .odd]

  /// The links to try; one where there is nothing to try.
  let links: [Bus.Link]
  private let units: [UInt8]

  /// - Parameters:
  ///   - bauds: the speeds to try on a serial line; empty for that of the link.
  ///   - parities: the parities to try there; empty for that of the link.
  init(_ link: Bus.Link, units: [UInt8], bauds: [Int], parities: [SerialLine.Parity]) {
    self.units = units
    guard case .modbusRTU(let port, let framing) = link else {
      links = [link]
      return
    }
    var links: [Bus.Link] = []
    for parity in parities.isEmpty ? [port.line.parity] : parities {
      for baud in bauds.isEmpty ? [port.line.baud] : bauds {
        var port = port
        port.line.baud = baud
        port.line.parity = parity
        links.append(.modbusRTU(port, framing))
      }
    }
    self.links = links
  }

  /// The units of the first round.
  var firstUnits: [UInt8] {
    let likely = units.filter { ScanPlan.likelyUnits.contains($0) }
    return likely.isEmpty ? units : likely
  }

  /// The units of the second round.
  var otherUnits: [UInt8] {
    units.filter { !firstUnits.contains($0) }
  }

  /// The longest that the search takes where nobody answers.
  func timeMax(timeout: Duration) -> Duration { timeout * (links.count * units.count) }
}
