public import Configuration

extension ConfigurationFile {
  /// Where a configuration is expected that nobody names.
  public static let standardPath = "/etc/godwit/godwit.yaml"

  /// A configuration of one device that no file tells of.
  /// - Parameters:
  ///   - profile: the profile's name, or its file where it has a slash in it.
  ///   - bus: what a configuration has for a bus, e.g. "modbus-tcp: 192.0.2.10, port: 1502"; or just a
  ///     device file, or a host.
  ///   - keys: more of what a configuration has for the device, e.g. "unit: 3".
  ///   - profileFolders: folders in which profiles are looked for before the usual ones.
  /// - Throws: what is wrong; places are those of the words of the command line, put one below the
  ///   other.
  public static func device(
    profile: String, bus: String, keys: [String], profileFolders: [String]
  ) throws(LoadError) -> GatewayConfiguration {
    let isFile = profile.utf8.contains(UInt8(ascii: "/"))
    let text =
      "\(busYAML(bus))\ndevices: { device: { profile: \(isFile ? stem(of: profile) : profile), bus: bus"
      + keys.reduce("") { $0 + ", " + $1 }
      + " } }\ngateway: godwit\nbroker: { url: mqtt://127.0.0.1 }\n"
    return try parse(
      Array(text.utf8), file: "the command line",
      isFile
        ? ProfileFolders(file: profile)
        : ProfileFolders(first: profileFolders, configuration: ""))
  }

  /// A bus that no file tells of, without devices.
  /// - Parameter bus: as for `device`.
  /// - Throws: what is wrong.
  public static func bus(_ bus: String) throws(LoadError) -> Bus {
    let text = busYAML(bus) + "\ndevices: {}\ngateway: godwit\nbroker: { url: mqtt://127.0.0.1 }\n"
    return try parse(
      Array(text.utf8), file: "the command line",
      ProfileFolders(first: [], configuration: "")
    ).buses[0]
  }

  /// All profiles that are found; those that cannot be read are left out.
  public static func profiles(_ profileFolders: [String]) -> [DeviceProfile] {
    let folders = ProfileFolders(first: profileFolders, configuration: "")
    return folders.names.compactMap { name in
      // Who names the profile is told what is wrong in it; here it is one of many.
      try? loadProfile(name, profileFolders: profileFolders)
    }
  }

  /// A bus as a configuration has it, in one line.
  private static func busYAML(_ bus: String) -> String {
    let bytes = Array(bus.utf8)
    let body: String
    if bytes.contains(UInt8(ascii: " ")) {
      body = bus
    } else if bytes.starts(with: "/dev/i2c-".utf8) {
      body = "i2c: \(bus)"
    } else if bytes.starts(with: "/dev/gpiochip".utf8) || bytes.starts(with: "gpiochip".utf8) {
      body = "gpio: \(bus)"
    } else if bytes.starts(with: "/sys".utf8) {
      body = "sysfs: \(bus)"
    } else if bytes.first == UInt8(ascii: "/") {
      body = "modbus-rtu: \(bus)"
    } else if let colon = bytes.lastIndex(of: UInt8(ascii: ":")),
      bytes.firstIndex(of: UInt8(ascii: ":")) == colon
    {
      body =
        "modbus-tcp: \(String(decoding: bytes[..<colon], as: UTF8.self)), port: "
        + String(decoding: bytes[(colon + 1)...], as: UTF8.self)
    } else {
      body = "modbus-tcp: \"\(bus)\""
    }
    return "buses: { bus: { \(body) } }"
  }

  /// The name of a file without its folder and ending.
  private static func stem(of path: String) -> String {
    let bytes = Array(path.utf8)
    let start = (bytes.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1
    let end = bytes.reversed().starts(with: "lmay.".utf8) ? bytes.count - 5 : bytes.count
    return String(decoding: bytes[start..<max(start, end)], as: UTF8.self)
  }
}
