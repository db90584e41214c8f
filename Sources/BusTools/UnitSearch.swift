internal import Buses
internal import Configuration
internal import Drivers
internal import System

/// Looks for the units on a Modbus line, at every setting that the line may have.
struct UnitSearch {
  /// A unit that answers.
  struct Finding {
    let unit: UInt8
    /// The line, as it is set where the unit answers.
    let link: Bus.Link
    /// What the unit says of itself; nil where it does not.
    let identification: DeviceIdentification?
    /// The profiles that fit, by their names.
    let profiles: [String]
  }

  private let plan: ScanPlan
  private let timeout: Duration
  private let profiles: [DeviceProfile]
  private(set) var findings: [Finding] = []
  /// Settings at which something came that was no answer: there is somebody, who talks otherwise.
  private(set) var garbled: [Bus.Link] = []

  init(_ plan: ScanPlan, timeout: Duration, profiles: [DeviceProfile]) {
    self.plan = plan
    self.timeout = timeout
    self.profiles = profiles
  }

  /// Searches.
  /// - Parameter progress: is told of each line that is begun.
  /// - Throws: what keeps the line from being used.
  mutating func run(progress: (Bus.Link, Int) -> Void) throws(BusError) {
    for link in plan.links {
      progress(link, plan.firstUnits.count)
      try search(plan.firstUnits, on: link)
      if !findings.isEmpty { break }
    }
    let rest = plan.otherUnits
    if rest.isEmpty { return }
    let links = findings.first.map { [$0.link] } ?? plan.links
    for link in links {
      progress(link, rest.count)
      try search(rest, on: link)
      if !findings.isEmpty { break }
    }
  }

  private mutating func search(_ units: [UInt8], on link: Bus.Link) throws(BusError) {
    var master = BusMaster(link)
    for unit in units {
      guard try answers(unit, master, link) else { continue }
      // Most devices do not know the function; some do not even refuse it.
      let identification = try? master.identify(unit: unit, timeout: timeout)
      findings.append(
        Finding(
          unit: unit, link: link, identification: identification,
          profiles: profiles(fitting: unit, &master)))
    }
  }

  /// The names of the profiles that fit; those that ask for more come first.
  private func profiles(fitting unit: UInt8, _ master: inout BusMaster) -> [String] {
    var fitting: [(name: String, tests: Int)] = []
    for profile in profiles {
      guard let match = ProfileMatch(profile, unit: unit),
        match.fits(&master, pause: Clock.sleep(for:))
      else { continue }
      let place = fitting.firstIndex { $0.tests < match.testCount } ?? fitting.count
      fitting.insert((profile.id, match.testCount), at: place)
    }
    return fitting.map { $0.name }
  }

  /// Any answer tells that a unit is there, a refusal too; only a gateway refuses in another's place.
  private mutating func answers(
    _ unit: UInt8, _ master: BusMaster, _ link: Bus.Link
  ) throws(BusError) -> Bool {
    do throws(BusError) {
      _ = try master.readRegisters(.holding, at: 0, count: 1, unit: unit, timeout: timeout)
      return true
    } catch {
      switch error {
      case .exception(.gatewayPathUnavailable), .exception(.gatewayTargetFailed): return false
      case .exception: return true
      case .badResponse:
        if garbled.last != link { garbled.append(link) }
        return false
      case .timeout, .connectionLost: return false
      default: throw error
      }
    }
  }
}
