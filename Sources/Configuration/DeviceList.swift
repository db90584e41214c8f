/// Gathers the devices of a configuration, and reads each profile that they name once.
struct DeviceList {
  private(set) var devices: [Device] = []
  private var places: [Place] = []
  private var profiles: [DeviceProfile] = []
  private(set) var buses: BusList

  /// A round trip to a Modbus device takes milliseconds; asking more often than this only heats
  /// both ends. A day is longer than anyone waits to see that a sensor lives.
  static let everyRange: ClosedRange<Duration> = .milliseconds(10) ... .seconds(86_400)

  /// What devices have where they say nothing.
  private let sampling: Sampling

  init(buses: BusList, sampling: Sampling) {
    self.buses = buses
    self.sampling = sampling
  }

  /// Reads a device, e.g. `meter: { profile: eastron-sdm630, bus: plc, unit: 1, every: 1 s }`.
  mutating func add(
    _ entry: Node.Entry, profile load: (String) throws(ProfileLookupError) -> ProfileSource
  ) throws(ConfigurationError) {
    let name = try entry.key.name("a name for the device", .topicLevel)
    let mapping = try entry.value.mapping(
      "a mapping with the device's profile and bus",
      keys: ["profile", "bus", "unit"] + RequestManner.keys + Sampling.deviceKeys)
    let busNode = try mapping.required("bus")
    let bus = try index(ofBus: busNode)
    let profile = try profile(mapping.required("profile"), load: load)
    let unit =
      try mapping["unit"].map { (node) throws(ConfigurationError) in
        try node.unit()
      } ?? profile.connection.unit

    let link = buses.buses[bus].link
    if !link.allows(unit: unit) {
      throw (mapping["unit"]?.place ?? entry.key.place).error(
        "nobody answers as unit \(unit) in RTU frames, expected a unit from 1 to 247")
    }
    try buses.take(profile.connection.serial, of: name, at: busNode.place, on: bus)
    for (index, other) in devices.enumerated() where other.bus == bus && other.unit == unit {
      throw (mapping["unit"]?.place ?? entry.key.place).error(
        "unit \(unit) on bus '\(buses.buses[bus].name)' is device '\(other.name)'"
          + " (line \(places[index].line)), expected another unit for '\(name)'")
    }
    let every = try mapping["every"].map { (node) throws(ConfigurationError) in
      try node.duration(in: DeviceList.everyRange)
    }
    var sampling = sampling
    let points = try sampling.read(mapping, of: profile, every: every)
    devices.append(
      Device(
        name: name, profile: profile, bus: bus, unit: unit,
        requests: try RequestManner(mapping, profile.connection, on: link), every: every,
        points: points, sampling: sampling))
    places.append(entry.key.place)
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
  ) throws(ConfigurationError) -> DeviceProfile {
    let name = try node.name("the name of a profile", .file)
    if let known = profiles.first(where: { $0.id == name }) { return known }
    let source: ProfileSource
    do {
      source = try load(name)
    } catch {
      throw DeviceList.error(error, profile: name, at: node.place)
    }
    let profile = try DeviceProfile.parse(source.bytes, file: source.file, expectedID: name)
    profiles.append(profile)
    return profile
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
