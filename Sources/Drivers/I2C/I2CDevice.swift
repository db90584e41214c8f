public import Configuration
internal import Formulas
public import Telemetry

/// One configured I2C device: what its profile says is done with it, and what is known of it.
public struct I2CDevice: Sendable {
  /// Its index in the configuration, which its samples bear.
  public let index: Int
  /// The points that are read, one group an interval, in the order in which the profile first has it.
  public let groups: [Group]

  /// Points that are due at the same times.
  public struct Group: Sendable {
    /// The time from one sample to the next.
    public let interval: Duration
    /// What its samples have, in the profile's order.
    public let channels: [Channel]
    /// The points by their index in the profile, one a channel.
    let points: [Int]
    /// The device's own channels that are needed, by their place in the site.
    let inputs: [Int]
  }

  let profile: I2CProfile
  let site: I2CSite
  /// What formulas read and write.
  private var slots: [FormulaValue]
  private var transfer: I2CTransfer
  /// Whether the device is known and set up, as far as can be told.
  private var isReady = false

  /// The device of a configuration.
  /// - Parameter index: its place in the configuration's `devices`.
  public init(configuration: Device, index: Int) {
    guard case .i2c(let profile) = configuration.profile.body,
      case .i2c(let site) = configuration.site
    else { preconditionFailure("an I2C device") }
    self.index = index
    self.profile = profile
    self.site = site
    groups = I2CDevice.groups(configuration, profile, site)
    transfer = I2CTransfer(address: site.address)
    slots = []
    slots = freshSlots
  }

  /// What formulas know before anything is read.
  var freshSlots: [FormulaValue] { site.freshSlots(of: profile) }

  /// Takes a sample of all points of a group.
  ///
  /// A device that is new, or that failed last time, is identified and set up first. Silence ends the
  /// sample: the points still to come are missing for the same reason. A wrong check, or a device that
  /// is not ready in time, costs the points that need it.
  /// - Parameters:
  ///   - group: index into `groups`.
  ///   - line: the bus that the device is on.
  ///   - unixMilliseconds: the wall clock at the start, for the sample.
  ///   - sinceBoot: the time since boot at the start, for the sample.
  ///   - pause: stops this thread while the device works.
  public mutating func sample<Line: I2CLine & ~Copyable>(
    group: Int, over line: inout Line, unixMilliseconds: Int64, sinceBoot: Duration,
    pause: (Duration) -> Void
  ) -> DeviceReading {
    var run = I2CRun(
      slots: slots, transfer: transfer, profile: profile, count: groups[group].channels.count)
    // One owner at a time, or each change would copy them.
    slots = []
    transfer = I2CTransfer(address: site.address)
    var isSelected = false
    do throws(BusError) {
      try run.select(site.mux, over: &line)
      isSelected = true
      if !isReady {
        try run.prepare(over: &line, pause)
        isReady = true
      }
      do throws(BusError) {
        try run.take(groups[group], site, over: &line, pause)
      } catch .setupLost {
        // It lost power since; once more, from the start.
        isReady = false
        run.note(.setupLost)
        try run.prepare(over: &line, pause)
        isReady = true
        try run.take(groups[group], site, over: &line, pause)
      }
    } catch {
      run.note(error)
      run.miss(groups[group], error.reason)
      isReady = false
    }
    if run.hasLostTouch { isReady = false }
    if isSelected { run.deselect(site.mux, over: &line) }
    (slots, transfer) = (run.slots, run.transfer)
    return DeviceReading(
      sample: Sample(
        device: index, unixMilliseconds: unixMilliseconds, sinceBoot: sinceBoot,
        channels: groups[group].channels, outcomes: run.outcomes),
      errors: run.errors, retries: run.retries, refusals: [], hasAnswered: run.hasAnswered)
  }

  private static func groups(
    _ configuration: Device, _ profile: I2CProfile, _ site: I2CSite
  ) -> [Group] {
    return configuration.placesByInterval.map { interval, places in
      let points = places.map { configuration.points[$0] }
      let inputs = site.channels.indices.filter { input in
        points.contains { profile.points[$0].channel == site.channels[input].index }
      }
      return Group(
        interval: interval,
        channels: places.map { place in
          let point = profile.points[configuration.points[place]].shown
          return Channel(name: point.name, digits: point.digits, unit: point.unit, index: place)
        },
        points: points, inputs: inputs)
    }
  }
}

extension I2CSite {
  /// What formulas know before anything is read: what is chosen.
  func freshSlots(of profile: I2CProfile) -> [FormulaValue] {
    var slots = [FormulaValue](
      repeating: .missing(.input(MissingReason.notAvailable.rawValue)),
      count: max(profile.slotCount, 1))
    for setting in settings { slots[setting.slot] = setting.value }
    return slots
  }
}
