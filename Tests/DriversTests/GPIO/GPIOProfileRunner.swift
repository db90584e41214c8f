import Configuration
import Telemetry
import Testing

@testable import Drivers

extension DeviceProfile {
  /// A device of this profile that reads these points together, on lines 0, 1, 2, ...
  func gpioDevice(
    _ points: [Int]? = nil, options: [Double]? = nil, sampling: Sampling? = nil
  ) -> GPIODevice {
    let site = GPIOSite(
      lines: gpio.lines.enumerated().map {
        GPIOSite.Line(place: .offset(UInt32($0.offset)), settings: $0.element.settings)
      }, options: options ?? gpio.options.map { $0.usual })
    return GPIODevice(
      configuration: Device(
        name: "device", profile: self, bus: 0, site: .gpio(site), every: .seconds(1),
        points: points ?? Array(self.points.indices), sampling: sampling), index: 0)
  }

  /// Runs an example: what comes of it that its profile does not expect.
  func faults(in test: GPIOTest) -> [String] {
    let indices = test.expectations.compactMap { expectation in
      points.firstIndex { $0.name == expectation.point }
    }.sorted()
    var device = gpioDevice(indices, options: test.options)
    // A machine that has run for a while.
    let start = Duration.seconds(7_200)
    for line in gpio.lines.indices {
      let first = test.edges.first { $0.line == line }
      device.taken(
        line: line, isActive: first.map { !$0.isRising } ?? false, isDebounced: false, now: start)
    }
    for change in test.edges {
      _ = device.settle(now: start + change.time)
      _ = device.take(Edge(isRising: change.isRising, time: start + change.time), line: change.line)
    }
    _ = device.settle(now: start + test.end)
    let sample = device.sample(group: 0, unixMilliseconds: 0, sinceBoot: start + test.end)
    var faults: [String] = []
    for (channel, outcome) in zip(sample.channels, sample.outcomes) {
      for expectation in test.expectations where expectation.point == channel.name {
        if !outcome.meets(expectation.content) {
          faults.append("\(channel.name): \(outcome), expected \(expectation.content)")
        }
      }
    }
    return faults
  }
}

/// A GPIO profile of one line `in` and some points, in YAML's flow style.
func gpioProfile(
  points: String, line: String = "{}", head: String = "", tests: String = "[]"
) throws(ConfigurationError) -> DeviceProfile {
  let yaml = """
    profile: godwit/1
    id: p
    revision: 1
    title: P
    bus: gpio
    refs: [r]
    \(head)
    lines: {in: \(line)}
    points: {\(points)}
    tests: \(tests)
    """
  return try DeviceProfile.parse(Array(yaml.utf8), file: "p.yaml", expectedID: nil)
}
