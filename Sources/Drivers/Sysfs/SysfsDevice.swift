public import Configuration
internal import Formulas
internal import Telemetry

/// One configured device with which a driver of the kernel speaks.
public struct SysfsDevice: Sendable {
  /// Its index in the configuration, which its samples bear.
  public let index: Int
  /// The points that are read, one group an interval, in the order in which the profile first has it.
  public let groups: [MeasuredGroup]
  /// Where in time its turns are.
  public let timing: Sampling.Timing
  private let profile: SysfsProfile
  private let site: SysfsSite
  /// Where it was found.
  private var folder: String?
  private var slots: [FormulaValue]

  /// The device of a configuration.
  /// - Parameter index: its place in the configuration's `devices`.
  public init(configuration: Device, index: Int) {
    self.index = index
    timing = configuration.sampling.timing
    profile = configuration.profile.sysfs
    site = configuration.sysfs
    groups = MeasuredGroup.groups(
      of: configuration, inputs: profile.points.map { $0.formula?.inputs ?? [] })
    slots = [FormulaValue](
      repeating: .missing(.input(MissingReason.notAvailable.rawValue)), count: profile.layout.count)
    for (index, option) in site.options.enumerated() { slots[index] = .real(option) }
  }

  /// Reads all points of a group once, each from its own file. A device that is not where it was is
  /// looked for again.
  /// - Parameters:
  ///   - group: index into `groups`.
  ///   - tree: the files.
  ///   - unixMilliseconds: the wall clock at the start, for the sample.
  ///   - sinceBoot: the time since boot at the start, for the sample.
  public mutating func sample<Tree: SysfsTree & ~Copyable>(
    group: Int, in tree: inout Tree, unixMilliseconds: Int64, sinceBoot: Duration
  ) -> DeviceReading {
    let group = groups[group]
    var outcomes: [Outcome] = []
    var errors: [BusError] = []
    var hasAnswered = false
    do throws(SysfsError) {
      let folder = try find(in: &tree)
      for step in group.steps {
        let outcome: Outcome
        do throws(SysfsError) {
          outcome = try read(step.point, in: folder, &tree)
          hasAnswered = true
        } catch {
          outcome = .missing(error.reason)
          if step.isShown { errors.append(.sysfs(error)) }
          if error.saysOfDevice { hasAnswered = true }
        }
        slots[profile.layout.slot(ofPoint: step.point)] = FormulaValue(outcome)
        if step.isShown { outcomes.append(outcome) }
      }
      // Another device may have its number by now.
      if !hasAnswered { self.folder = nil }
    } catch {
      errors = [.sysfs(error)]
      outcomes = [Outcome](repeating: .missing(error.reason), count: group.channels.count)
    }
    return DeviceReading(
      sample: Sample(
        device: index, unixMilliseconds: unixMilliseconds, sinceBoot: sinceBoot,
        channels: group.channels, outcomes: outcomes),
      errors: errors, retries: 0, refusals: [], hasAnswered: hasAnswered)
  }

  private mutating func find<Tree: SysfsTree & ~Copyable>(
    in tree: inout Tree
  ) throws(SysfsError) -> String {
    if let folder { return folder }
    let found = try SysfsFinder.folder(of: site, profile.place, in: &tree)
    folder = found
    return found
  }

  /// Looks for the device anew at the next reading.
  public mutating func forget() { folder = nil }

  private mutating func read<Tree: SysfsTree & ~Copyable>(
    _ index: Int, in folder: String, _ tree: inout Tree
  ) throws(SysfsError) -> Outcome {
    let point = profile.points[index]
    let first = profile.layout.slot(ofMeasured: 0)
    if let source = point.source {
      let raw = try number(source, in: folder, &tree)
      if point.invalid.contains(raw) { throw .notAvailable }
      slots[first] = .real(raw * point.scale + point.offset)
    }
    let value = point.formula?.formula.evaluate(slots.span) ?? slots[first]
    let isBoolean = point.formula.map { $0.formula.type == .boolean } ?? false
    return Outcome(value, isBoolean: isBoolean).within(point.range)
  }

  private func number<Tree: SysfsTree & ~Copyable>(
    _ source: SysfsPoint.Source, in folder: String, _ tree: inout Tree
  ) throws(SysfsError) -> Double {
    switch source {
    case .file(let name): return try SysfsText.number(tree.read("\(folder)/\(name)"))
    case .oneWire: return try SysfsText.oneWireTemperature(tree.read("\(folder)/w1_slave"))
    case .iio(let channel):
      do throws(SysfsError) {
        return try SysfsText.number(tree.read("\(folder)/in_\(channel)_input"))
      } catch {
        guard error == .notFound else { throw error }
      }
      let raw = try SysfsText.number(tree.read("\(folder)/in_\(channel)_raw"))
      let offset = try part("offset", of: channel, in: folder, &tree) ?? 0
      let scale = try part("scale", of: channel, in: folder, &tree) ?? 1
      // Documentation/ABI/testing/sysfs-bus-iio: (raw + offset) * scale.
      return (raw + offset) * scale
    }
  }

  /// A channel's own scale or offset, or the one that it shares with its kind: of `voltage0` that of
  /// `voltage`; nil where there is none.
  private func part<Tree: SysfsTree & ~Copyable>(
    _ name: String, of channel: String, in folder: String, _ tree: inout Tree
  ) throws(SysfsError) -> Double? {
    var kind = channel.utf8[...]
    while let last = kind.last, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(last) {
      kind = kind.dropLast()
    }
    for channel in [channel, String(decoding: kind, as: UTF8.self)] {
      do throws(SysfsError) {
        return try SysfsText.number(tree.read("\(folder)/in_\(channel)_\(name)"))
      } catch {
        guard error == .notFound else { throw error }
      }
    }
    return nil
  }
}

extension SysfsError {
  /// Whether the device is there, and it is its value that is no good.
  fileprivate var saysOfDevice: Bool {
    switch self {
    case .malformed, .powerOnValue, .notAvailable: true
    case .notFound, .ambiguous, .permissionDenied, .timeout, .system: false
    }
  }
}
