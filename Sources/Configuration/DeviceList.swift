/// Gathers the devices of a configuration, and reads each profile that they name once.
struct DeviceList {
  private(set) var devices: [Device] = []
  private(set) var places: [Place] = []
  private var profiles: [(profile: DeviceProfile, fingerprint: Fingerprint)] = []
  var buses: BusList

  /// A round trip to a Modbus device takes milliseconds; asking more often than this only heats
  /// both ends. A day is longer than anyone waits to see that a sensor lives.
  static let everyRange: ClosedRange<Duration> = .milliseconds(10) ... .seconds(86_400)

  /// What devices have where they say nothing.
  private let sampling: Sampling
  /// Of what they have where they say nothing.
  private let common: Fingerprint

  /// - Parameter common: the keys of the configuration from which `sampling` is.
  init(buses: BusList, sampling: Sampling, common: [Node]) {
    self.buses = buses
    self.sampling = sampling
    var fingerprint = Fingerprint()
    for node in common { fingerprint.add(node) }
    self.common = fingerprint
  }

  /// Reads a device, e.g. `meter: { profile: eastron-sdm630, bus: plc, unit: 1, every: 1 s }`.
  mutating func add(
    _ entry: Node.Entry, profile load: (String) throws(ProfileLookupError) -> ProfileSource
  ) throws(ConfigurationError) {
    let name = try entry.key.name("a name for the device", .topicLevel)
    let mapping = try entry.value.mapping("a mapping with the device's profile and bus")
    let busNode = mapping["bus"]
    // The keys depend on the kind of bus; without one, all are taken to be meant for Modbus.
    let kind = try busNode.map { (node) throws(ConfigurationError) in
      buses.buses[try index(ofBus: node)].link.kind
    }
    try mapping.refuseKeys(
      besides: ["profile", "bus"] + DeviceList.keys(of: kind ?? .modbus) + Sampling.deviceKeys)
    let bus = try index(ofBus: mapping.required("bus"))
    let (profile, profileFingerprint) = try profile(mapping.required("profile"), load: load)
    if let busNode, let kind, kind != profile.kind {
      throw busNode.place.error(
        "profile '\(profile.id)' is of a device on \(profile.kind.words), but bus"
          + " '\(buses.buses[bus].name)' is \(kind.words)")
    }
    let site = try site(mapping, name, at: entry.key.place, profile, on: bus)
    let every = try mapping["every"].map { (node) throws(ConfigurationError) in
      try node.duration(in: DeviceList.everyRange)
    }
    var sampling = sampling
    let points = try sampling.read(
      mapping, of: profile, every: every, shown: profile.shownPoints(at: site))
    if case .i2c(let site) = site { try site.checkChannels(of: points, profile, mapping) }
    var device = Device(
      name: name, profile: profile, bus: bus, site: site, every: every, points: points,
      sampling: sampling)
    var fingerprint = common
    fingerprint.add(entry.value)
    withUnsafeBytes(of: profileFingerprint.value.littleEndian) { fingerprint.add($0) }
    device.fingerprint = fingerprint.value
    devices.append(device)
    places.append(entry.key.place)
  }

  /// The keys that say where a device is.
  private static func keys(of kind: BusKind) -> [String] {
    switch kind {
    case .modbus: Device.modbusKeys
    case .i2c: I2CSite.keys
    case .gpio: GPIOSite.keys
    case .sysfs: SysfsSite.keys
    }
  }

  private mutating func site(
    _ mapping: Mapping, _ name: String, at place: Place, _ profile: DeviceProfile, on bus: Int
  ) throws(ConfigurationError) -> Device.Site {
    switch profile.body {
    case .modbus(let profile):
      return try modbusSite(mapping, name, at: place, profile, on: bus)
    case .i2c(let profile):
      return try i2cSite(mapping, name, at: place, profile, on: bus)
    case .gpio(let profile): return try gpioSite(mapping, name, profile, on: bus)
    case .sysfs(let profile): return .sysfs(try SysfsSite(mapping, profile))
    }
  }

  private func index(ofBus node: Node) throws(ConfigurationError) -> Int {
    let name = try node.text("the name of a bus")
    let buses = buses.buses
    guard let index = buses.firstIndex(where: { $0.name == name }) else {
      throw node.place.error(
        "unknown bus \(Excerpt.quoting(name))"
          + Suggestion.ending(for: name, among: buses.map { $0.name }))
    }
    return index
  }

  private mutating func profile(
    _ node: Node, load: (String) throws(ProfileLookupError) -> ProfileSource
  ) throws(ConfigurationError) -> (DeviceProfile, Fingerprint) {
    let name = try node.name("the name of a profile", .file)
    if let known = profiles.first(where: { $0.profile.id == name }) { return known }
    let source: ProfileSource
    do {
      source = try load(name)
    } catch {
      throw DeviceList.error(error, profile: name, at: node.place)
    }
    let profile = try DeviceProfile.parse(source.bytes, file: source.file, expectedID: name)
    var fingerprint = Fingerprint()
    fingerprint.add(source.bytes)
    profiles.append((profile, fingerprint))
    return (profile, fingerprint)
  }

  private static func error(
    _ error: ProfileLookupError, profile name: String, at place: Place
  ) -> ConfigurationError {
    switch error {
    case .notFound(let folders, let names):
      let suggestion = Suggestion.nearest(to: name, among: names).map { ", did you mean '\($0)'?" }
      return place.error(
        "no profile '\(name)', looked in \(Words.joined(folders))" + (suggestion ?? ""))
    case .unreadable(let file, let reason):
      return place.error("profile '\(name)': cannot read \(file): \(reason)")
    }
  }
}
