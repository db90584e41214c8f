import Configuration
import Telemetry
import Testing

@testable import Drivers

/// Files of the kernel that a test has written.
struct ScriptedTree: SysfsTree {
  var files: [String: String]
  var links: [String: String] = [:]
  var failures: [String: SysfsError] = [:]
  private(set) var reads = 0

  init(_ files: [String: String], links: [String: String] = [:]) {
    self.files = files
    self.links = links
  }

  mutating func names(in folder: String) throws(SysfsError) -> [String] {
    if let failure = failures[folder] { throw failure }
    var names: Set<String> = []
    for path in files.keys where path.hasPrefix(folder + "/") {
      names.insert(String(path.dropFirst(folder.count + 1).prefix { $0 != "/" }))
    }
    guard !names.isEmpty else { throw .notFound }
    return names.sorted()
  }

  mutating func read(_ file: String) throws(SysfsError) -> [UInt8] {
    reads += 1
    if let failure = failures[file] { throw failure }
    guard let content = files[file] else { throw .notFound }
    return Array(content.utf8)
  }

  mutating func target(ofLink path: String) throws(SysfsError) -> String {
    guard let target = links[path] else { throw .notFound }
    return target
  }
}

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
    let indices = test.expectations.compactMap { expectation in
      points.firstIndex { $0.name == expectation.point }
    }.sorted()
    let (folder, nameFile): (String, String?) =
      switch sysfs.place {
      case .hwmon: ("class/hwmon/hwmon3", "name")
      case .iio: ("bus/iio/devices/iio:device1", "name")
      case .thermal: ("class/thermal/thermal_zone2", "type")
      case .oneWire: ("bus/w1/devices/28-0316a2795fff", nil)
      }
    var tree = ScriptedTree([:])
    if let nameFile { tree.files["\(folder)/\(nameFile)"] = "chip\n" }
    for file in test.files { tree.files["\(folder)/\(file.name)"] = file.content }
    var device = sysfsDevice(
      indices, names: sysfs.place == .oneWire ? nil : ["chip"], options: test.options)
    let reading = device.sample(
      group: 0, in: &tree, unixMilliseconds: 0, sinceBoot: .seconds(7_200))
    var faults: [String] = []
    for (channel, outcome) in zip(reading.sample.channels, reading.sample.outcomes) {
      for expectation in test.expectations where expectation.point == channel.name {
        if !outcome.meets(expectation.content) {
          faults.append("\(channel.name): \(outcome), expected \(expectation.content)")
        }
      }
    }
    return faults
  }
}
