extension Device {
  /// A Modbus device from its parts; without `requests` it is asked once, as its profile wants it.
  public init(
    name: String, profile: DeviceProfile, bus: Int, unit: UInt8, requests: RequestManner? = nil,
    every: Duration?, points: [Int], sampling: Sampling? = nil
  ) {
    self.init(
      name: name, profile: profile, bus: bus,
      site: .modbus(unit: unit, requests ?? RequestManner(profile.modbus.connection)),
      every: every, points: points, sampling: sampling)
  }

  /// Its unit identifier and how it is asked, of a device that must be a Modbus one.
  public var modbus: (unit: UInt8, requests: RequestManner) {
    guard case .modbus(let unit, let requests) = site else { preconditionFailure("a unit") }
    return (unit, requests)
  }

  /// The keys of a Modbus device.
  static let modbusKeys = ["unit"] + RequestManner.keys
}

extension DeviceList {
  /// Reads which unit a device is, and how it is asked.
  mutating func modbusSite(
    _ mapping: Mapping, _ name: String, at place: Place, _ profile: ModbusProfile, on bus: Int
  ) throws(ConfigurationError) -> Device.Site {
    let unit =
      try mapping["unit"].map { (node) throws(ConfigurationError) in
        try node.unit()
      } ?? profile.connection.unit
    let link = buses.buses[bus].link
    if !link.allows(unit: unit) {
      throw (mapping["unit"]?.place ?? place).error(
        "nobody answers as unit \(unit) in RTU frames, expected a unit from 1 to 247")
    }
    try buses.take(
      profile.connection.serial, of: name, at: mapping["bus"]?.place ?? place, on: bus)
    for (index, other) in devices.enumerated() where other.bus == bus && other.modbus.unit == unit {
      throw (mapping["unit"]?.place ?? place).error(
        "unit \(unit) on bus '\(buses.buses[bus].name)' is device '\(other.name)'"
          + " (line \(places[index].line)), expected another unit for '\(name)'")
    }
    return .modbus(unit: unit, try RequestManner(mapping, profile.connection, on: link))
  }
}
