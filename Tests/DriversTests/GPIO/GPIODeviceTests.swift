import Configuration
import Telemetry
import Testing

@testable import Drivers
@testable import ProfileCheck

@Suite struct GPIODeviceTests {
  private func edge(_ milliseconds: Int64, _ isRising: Bool = true, _ sequence: UInt32 = 0) -> Edge
  {
    Edge(isRising: isRising, time: .milliseconds(milliseconds), sequence: sequence)
  }

  private func values(_ device: inout GPIODevice, at milliseconds: Int64) -> [Outcome] {
    device.sample(group: 0, unixMilliseconds: 0, sinceBoot: .milliseconds(milliseconds)).outcomes
  }

  @Test func `a line that is not held has no value, and says why`() throws {
    var device = try gpioProfile(
      points: "a: {level: in}, n: {count: in, unit: count}, r: {value: n * 2, unit: count}"
    ).gpioDevice()
    device.failed(line: 0, .portBusy)
    #expect(
      values(&device, at: 10)
        == [.missing(.portBusy), .missing(.portBusy), .missing(.portBusy)])
    device.taken(line: 0, isActive: true, isDebounced: false, now: .milliseconds(20))
    #expect(values(&device, at: 30) == [.boolean(true), .integer(0), .integer(0)])
    device.failed(line: 0, .connectionLost)
    #expect(values(&device, at: 40)[0] == .missing(.connectionLost))
  }

  @Test func `a gap in the kernel's numbers is edges lost, and the total says so once`() throws {
    var device = try gpioProfile(
      points: "n: {count: in, unit: count}, lost: {edges_lost: in, unit: count}"
    ).gpioDevice()
    device.taken(line: 0, isActive: false, isDebounced: false, now: .zero)
    for (time, sequence) in [(1, 1), (2, 2), (3, 6)] as [(Int64, UInt32)] {
      _ = device.take(edge(time, true, sequence), line: 0)
    }
    let sample = device.sample(group: 0, unixMilliseconds: 0, sinceBoot: .seconds(1))
    #expect(sample.outcomes == [.integer(3), .integer(3)])
    #expect(sample.doubts == [.edgesMissed, nil])
    let next = device.sample(group: 0, unixMilliseconds: 0, sinceBoot: .seconds(2))
    #expect(next.doubts.isEmpty)
    #expect(device.edgesLost == 3)
  }

  @Test func `the kernel's numbers begin again after 32 bits`() throws {
    var device = try gpioProfile(points: "n: {edges_lost: in, unit: count}").gpioDevice()
    device.taken(line: 0, isActive: false, isDebounced: false, now: .zero)
    _ = device.take(edge(1, true, .max), line: 0)
    // Zero means that the kernel does not count, so the one after it is looked at.
    _ = device.take(edge(2, true, 0), line: 0)
    _ = device.take(edge(3, true, 1), line: 0)
    #expect(device.edgesLost == 0)
  }

  @Test func `where both directions are watched two edges of one direction are one lost`() throws {
    var device = try gpioProfile(
      points: "a: {level: in}, n: {count: in, unit: count}"
    ).gpioDevice()
    #expect(device.lines[0].watched == .both)
    device.taken(line: 0, isActive: false, isDebounced: false, now: .zero)
    _ = device.take(edge(1), line: 0)
    _ = device.take(edge(2), line: 0)
    #expect(device.edgesLost == 1)
    let sample = device.sample(group: 0, unixMilliseconds: 0, sinceBoot: .seconds(1))
    #expect(sample.doubts == [nil, .edgesMissed])
  }

  @Test func `a buffer that was full leaves a doubt and no number`() throws {
    var device = try gpioProfile(points: "n: {count: in, unit: count}").gpioDevice()
    device.taken(line: 0, isActive: false, isDebounced: false, now: .zero)
    device.suspectLoss(line: 0)
    let sample = device.sample(group: 0, unixMilliseconds: 0, sinceBoot: .seconds(1))
    #expect(sample.doubts == [.edgesMissed])
    #expect(device.edgesLost == 0)
  }

  @Test func `a line that was away leaves a doubt, the first time it is taken does not`() throws {
    var device = try gpioProfile(points: "n: {count: in, unit: count}").gpioDevice()
    device.failed(line: 0, .portNotFound)
    device.taken(line: 0, isActive: false, isDebounced: false, now: .zero)
    #expect(device.sample(group: 0, unixMilliseconds: 0, sinceBoot: .zero).doubts.isEmpty)
    device.failed(line: 0, .connectionLost)
    device.taken(line: 0, isActive: false, isDebounced: false, now: .seconds(5))
    #expect(
      device.sample(group: 0, unixMilliseconds: 0, sinceBoot: .seconds(6)).doubts
        == [.edgesMissed])
  }

  @Test func `a level that no edge has told of counts when it is read twice`() throws {
    var device = try gpioProfile(points: "a: {level: in}").gpioDevice()
    device.taken(line: 0, isActive: false, isDebounced: false, now: .zero)
    // The first time, its edge may be on its way.
    _ = device.read(line: 0, isActive: true, now: .seconds(1))
    #expect(values(&device, at: 1_000) == [.boolean(false)])
    _ = device.read(line: 0, isActive: true, now: .seconds(2))
    #expect(values(&device, at: 2_000) == [.boolean(true)])
    #expect(device.edgesLost == 1)
  }

  @Test func `an edge that comes between two readings of the level is none lost`() throws {
    var device = try gpioProfile(points: "a: {level: in}").gpioDevice()
    device.taken(line: 0, isActive: false, isDebounced: false, now: .zero)
    _ = device.read(line: 0, isActive: true, now: .seconds(1))
    _ = device.take(edge(1_001), line: 0)
    _ = device.read(line: 0, isActive: true, now: .seconds(2))
    #expect(device.edgesLost == 0)
  }

  @Test func `a line without interrupts has the level that is read`() throws {
    let profile = try gpioProfile(points: "a: {level: in}, n: {count: in, unit: count}")
    var device = profile.gpioDevice([0])
    #expect(!device.lines[0].needsEdges)
    let counting = profile.gpioDevice()
    #expect(counting.lines[0].needsEdges)
    device.taken(line: 0, isActive: false, isDebounced: false, hasEdges: false, now: .zero)
    _ = device.read(line: 0, isActive: true, now: .seconds(1))
    #expect(values(&device, at: 1_000) == [.boolean(true)])
    #expect(device.edgesLost == 0)
  }

  @Test(arguments: [("rising", 2), ("falling", 1), ("both", 3)] as [(String, Int64)])
  func `the profile says which edges are pulses`(word: String, count: Int64) throws {
    var device = try gpioProfile(
      points: "n: {count: in, unit: count}", line: "{edge: \(word)}"
    ).gpioDevice()
    device.taken(line: 0, isActive: false, isDebounced: false, now: .zero)
    for (time, isRising) in [(1, true), (2, false), (3, true)] as [(Int64, Bool)] {
      _ = device.take(edge(time, isRising), line: 0)
    }
    #expect(values(&device, at: 10) == [.integer(count)])
  }

  @Test func `a kernel that debounces is believed`() throws {
    var device = try gpioProfile(
      points: "n: {count: in, unit: count}", line: "{debounce: 50 ms}"
    ).gpioDevice()
    device.taken(line: 0, isActive: false, isDebounced: true, now: .zero)
    _ = device.take(edge(1), line: 0)
    _ = device.take(edge(2, false), line: 0)
    #expect(values(&device, at: 3) == [.integer(1)])
    #expect(device.deadline == nil)
  }

  @Test func `a rate counts what the window has, and is zero behind it`() throws {
    var device = try gpioProfile(
      points: "r: {rate: in, window: 1 min, value: per_minute, unit: 1/min}"
    ).gpioDevice()
    device.taken(line: 0, isActive: false, isDebounced: false, now: .zero)
    for second in 0..<30 { _ = device.take(edge(Int64(second) * 1_000), line: 0) }
    #expect(values(&device, at: 29_500) == [.double(30)])
    // Ten of them are older than a minute by then.
    #expect(values(&device, at: 70_500) == [.double(20)])
    #expect(values(&device, at: 95_000) == [.double(0)])
    #expect(values(&device, at: 86_400_000) == [.double(0)])
  }

  @Test func `a yes is held`() throws {
    var device = try gpioProfile(
      points: """
        a: {level: in, hold: 10 s},
        r: {rate: in, window: 2 s, value: per_second, unit: 1/s},
        wet: {value: r > 0, hold: 10 s}
        """
    ).gpioDevice()
    device.taken(line: 0, isActive: false, isDebounced: false, now: .zero)
    #expect(values(&device, at: 500) == [.boolean(false), .double(0), .boolean(false)])
    _ = device.take(edge(1_000), line: 0)
    _ = device.take(edge(1_010, false), line: 0)
    #expect(values(&device, at: 2_000)[0] == .boolean(true))
    #expect(values(&device, at: 2_000)[2] == .boolean(true))
    #expect(values(&device, at: 11_000)[0] == .boolean(true))
    #expect(values(&device, at: 11_020)[0] == .boolean(false))
    #expect(values(&device, at: 11_900)[2] == .boolean(true))
    #expect(values(&device, at: 20_000)[2] == .boolean(false))
  }

  @Test func `an interval grows while the next pulse is awaited, and ends`() throws {
    var device = try gpioProfile(
      points: "i: {interval: in, unit: s, idle: 1 min}"
    ).gpioDevice()
    device.taken(line: 0, isActive: false, isDebounced: false, now: .zero)
    #expect(values(&device, at: 100) == [.missing(.notAvailable)])
    _ = device.take(edge(1_000), line: 0)
    #expect(values(&device, at: 1_100) == [.missing(.notAvailable)])
    _ = device.take(edge(3_000), line: 0)
    #expect(values(&device, at: 4_000) == [.double(2)])
    #expect(values(&device, at: 33_000) == [.double(30)])
    #expect(values(&device, at: 63_001) == [.missing(.notAvailable)])
  }

  @Test func `a frequency is whole periods by the time that they took`() throws {
    var device = try gpioProfile(
      points: "f: {frequency: in, unit: Hz, idle: 5 s}"
    ).gpioDevice()
    device.taken(line: 0, isActive: false, isDebounced: false, now: .zero)
    for pulse in 0...100 { _ = device.take(edge(Int64(pulse) * 10), line: 0) }
    #expect(values(&device, at: 1_003) == [.double(100)])
    for pulse in 101...150 { _ = device.take(edge(1_000 + Int64(pulse - 100) * 20), line: 0) }
    #expect(values(&device, at: 2_001) == [.double(50)])
    #expect(values(&device, at: 4_000) == [.double(0.5)])
    #expect(values(&device, at: 7_001) == [.double(0)])
  }

  @Test func `a duty is the time active between two readings`() throws {
    var device = try gpioProfile(points: "d: {duty: in, unit: none}").gpioDevice()
    device.taken(line: 0, isActive: true, isDebounced: false, now: .zero)
    _ = device.take(edge(250, false), line: 0)
    #expect(values(&device, at: 1_000) == [.double(0.25)])
    _ = device.take(edge(1_500, true), line: 0)
    #expect(values(&device, at: 2_000) == [.double(0.5)])
    #expect(values(&device, at: 3_000) == [.double(1)])
  }

  @Test func `totals go on from what was kept, and say what they have missed`() throws {
    var device = try gpioProfile(
      points: """
        n: {count: in, unit: count, counter: {keep: disk, save_every: 30 s}},
        m: {count: in, unit: count}
        """
    ).gpioDevice()
    #expect(device.saveInterval == .seconds(30))
    device.resume { name in name == "n" ? (41, .unsaved) : (nil, nil) }
    device.taken(line: 0, isActive: false, isDebounced: false, now: .zero)
    _ = device.take(edge(1), line: 0)
    #expect(device.keptTotals.map(\.total) == [42])
    let sample = device.sample(group: 0, unixMilliseconds: 0, sinceBoot: .seconds(1))
    #expect(sample.outcomes == [.integer(42), .integer(1)])
    #expect(sample.doubts == [.unsaved, nil])
  }

  @Test func `of two doubts the worse is told`() throws {
    var device = try gpioProfile(
      points: "n: {count: in, unit: count, counter: {}}"
    ).gpioDevice()
    device.resume { _ in (1, .unsaved) }
    device.taken(line: 0, isActive: false, isDebounced: false, now: .zero)
    device.suspectLoss(line: 0)
    #expect(
      device.sample(group: 0, unixMilliseconds: 0, sinceBoot: .zero).doubts == [.unsaved])
  }

  @Test func `a formula sees options and the points above it, also those that nobody asked for`()
    throws
  {
    let profile = try gpioProfile(
      points:
        "n: {count: in, unit: count, hidden: true}, v: {value: n * k, unit: l, range: [0, 5]}",
      head: "options: {k: {default: 0.5, range: [0, 10]}}")
    var device = profile.gpioDevice([1], options: [2])
    device.taken(line: 0, isActive: false, isDebounced: false, now: .zero)
    _ = device.take(edge(1), line: 0)
    #expect(values(&device, at: 10) == [.double(2)])
    _ = device.take(edge(2), line: 0)
    _ = device.take(edge(3), line: 0)
    #expect(values(&device, at: 10) == [.missing(.outOfRange)])
  }

  @Test func `a change is urgent where the level may be an alarm, and not else`() throws {
    let profile = try gpioProfile(points: "a: {level: in}, n: {count: in, unit: count}")
    var calm = profile.gpioDevice()
    calm.taken(line: 0, isActive: false, isDebounced: false, now: .zero)
    let isCalm = !calm.take(edge(1), line: 0)
    #expect(isCalm)
    var sampling = Sampling()
    sampling.points = [Sampling.Point(), Sampling.Point()]
    var alarm = Sampling.Alarm()
    alarm.matches = ["true"]
    sampling.points[0].alarm = alarm
    var device = profile.gpioDevice(sampling: sampling)
    device.taken(line: 0, isActive: false, isDebounced: false, now: .zero)
    #expect(device.groups[0].isUrgent)
    let isUrgent = device.take(edge(1), line: 0)
    #expect(isUrgent)
  }
}
