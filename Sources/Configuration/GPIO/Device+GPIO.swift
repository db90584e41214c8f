extension Device {
  /// Its lines, which it must have: a configuration gives no device a bus of another kind than its
  /// profile's.
  public var gpio: GPIOSite {
    guard case .gpio(let site) = site else { preconditionFailure("a device on GPIO lines") }
    return site
  }
}

extension DeviceProfile {
  /// What it says of a device on GPIO lines, which it must be for.
  public var gpio: GPIOProfile {
    guard case .gpio(let profile) = body else { preconditionFailure("a GPIO profile") }
    return profile
  }
}

extension DeviceList {
  /// Reads the lines of a device; no other device on the chip may have one of them.
  func gpioSite(
    _ mapping: Mapping, _ name: String, _ profile: GPIOProfile, on bus: Int
  ) throws(ConfigurationError) -> Device.Site {
    let site = try GPIOSite(mapping, profile)
    let place = (mapping["line"] ?? mapping["lines"])?.place ?? mapping.place
    for (number, line) in site.lines.enumerated() {
      if site.lines[..<number].contains(where: { $0.place == line.place }) {
        throw place.error("line \(line.place.text) twice, expected a line for each")
      }
      for (index, other) in devices.enumerated() where other.bus == bus {
        if other.gpio.lines.contains(where: { $0.place == line.place }) {
          throw place.error(
            "line \(line.place.text) on bus '\(buses.buses[bus].name)' is device '\(other.name)'"
              + " (line \(places[index].line)), expected another line for '\(name)'")
        }
      }
    }
    return .gpio(site)
  }
}
