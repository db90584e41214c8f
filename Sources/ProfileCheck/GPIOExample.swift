internal import Configuration
internal import Drivers

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
    var device = gpioDevice(test.expectations.points(of: self), options: test.options)
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
    return test.expectations.faults(in: sample)
  }
}
