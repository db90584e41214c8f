internal import Configuration
internal import Drivers

extension DeviceProfile {
  /// A device of this profile that reads these points together.
  func sysfsDevice(
    _ points: [Int]? = nil, names: [String]? = nil, at: String? = nil, options: [Double]? = nil
  ) -> SysfsDevice {
    SysfsDevice(
      configuration: Device(
        name: "device", profile: self, bus: 0,
        site: .sysfs(
          SysfsSite(
            names: names ?? sysfs.names, at: at,
            options: options ?? sysfs.options.map { $0.usual })),
        every: .seconds(1), points: points ?? Array(self.points.indices)), index: 0)
  }

  /// Runs an example: what comes of it that its profile does not expect.
  func faults(in test: SysfsTest) -> [String] {
    // As the kernel has them; the numbers are any.
    let (folder, nameFile): (String, String?) =
      switch sysfs.place {
      case .hwmon: ("class/hwmon/hwmon3/", "name")
      case .iio: ("bus/iio/devices/iio:device1/", "name")
      case .thermal: ("class/thermal/thermal_zone2/", "type")
      case .oneWire: ("bus/w1/devices/28-0316a2795fff/", nil)
      }
    var files = test.files.map { (path: folder + $0.name, content: $0.content) }
    if let nameFile { files.append((folder + nameFile, "chip\n")) }
    var tree = ScriptedTree(files)
    var device = sysfsDevice(
      test.expectations.points(of: self), names: sysfs.place == .oneWire ? nil : ["chip"],
      options: test.options)
    let reading = device.sample(
      group: 0, in: &tree, unixMilliseconds: 0, sinceBoot: .seconds(7_200))
    var faults = test.expectations.faults(in: reading.sample)
    for (file, isUsed) in zip(test.files, tree.used) where !isUsed {
      faults.append("the file " + file.name + " is never read")
    }
    return faults
  }
}
