import Buses
import Configuration
import Drivers
import Foundation
import System
import Telemetry
import Testing

@testable import Pipeline

/// From YAML to samples, over lines that a test has written.
@Suite struct GPIOWorkerTests {
  private static func configuration(_ devices: String) throws -> GatewayConfiguration {
    let yaml = """
      gateway: barn
      broker: {url: mqtt://127.0.0.1}
      buses: {pins: {gpio: gpiochip0}}
      devices: {\(devices)}
      """
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "device-profiles")
    return try GatewayConfiguration.parse(Array(yaml.utf8), file: "godwit.yaml") {
      (name) throws(ProfileLookupError) in
      let file = folder.appending(path: "\(name).yaml").path
      guard let data = FileManager.default.contents(atPath: file) else {
        throw .notFound(folders: [folder.path], names: [])
      }
      return ProfileSource(file: file, bytes: Array(data))
    }
  }

  /// Runs a worker until the script is over.
  private func run(
    _ configuration: GatewayConfiguration, _ lines: ScriptedLines, keeper: TotalsKeeper? = nil
  ) throws -> (samples: [Sample], totals: Totals) {
    let inbox = Inbox<Sample>(capacity: 10_000)
    let totals = Locked(Totals())
    let worker = try GPIOWorker(
      devices: configuration.devices.enumerated().map {
        GPIODevice(configuration: $0.element, index: $0.offset)
      }, names: configuration.devices.map { $0.name },
      outlet: BusOutlet(
        configuration.devices.enumerated().map { ($0.offset, $0.element.name) }, inbox: inbox,
        totals: totals), keeper: keeper)
    lines.atEnd = { worker.requestStop() }
    var chip = lines
    worker.run(over: &chip)
    inbox.close()
    return (inbox.take(waitingFor: .zero) ?? [], totals.withLock { $0 })
  }

  private func pulses(_ count: Int, from start: Duration, step: Duration) -> [Edge] {
    (0..<count).flatMap { index in
      [
        Edge(isRising: true, time: start + step * index),
        Edge(isRising: false, time: start + step * index + step / 2),
      ]
    }
  }

  @Test func `a contact comes from YAML to a value`() throws {
    let configuration = try Self.configuration(
      "door: {profile: generic-contact, bus: pins, line: 17, every: 1 d, debounce: 0 s}")
    let lines = ScriptedLines([])
    lines.levels[0] = true
    let (samples, totals) = try run(configuration, lines)
    #expect(samples.count == 1)
    #expect(samples[0].channels.map(\.name) == ["closed"])
    #expect(samples[0].outcomes == [.boolean(true)])
    #expect(totals.values == 1)
    #expect(lines.held.isEmpty)
  }

  @Test func `a turn comes after its tick, and none is a hair early`() throws {
    let configuration = try Self.configuration(
      "door: {profile: generic-contact, bus: pins, line: 17, every: 500 ms, debounce: 0 s}")
    let (samples, _) = try run(configuration, ScriptedLines([.idle, .idle, .idle, .idle]))
    #expect(samples.count == 5)
    // The schedule is right to 1 ms.
    for sample in samples.dropFirst() { #expect((1..<400).contains(sample.unixMilliseconds % 500)) }
  }

  @Test func `a change that is an alarm brings a sample with the edge's own time`() throws {
    let configuration = try Self.configuration(
      """
      door: {profile: generic-contact, bus: pins, line: 17, every: 1 d, debounce: 0 s,
        points: {closed: {alarm: {is: true}}}}
      """)
    let closes = Clock.sinceBoot + .milliseconds(1)
    let opens = closes + .milliseconds(200)
    let (samples, _) = try run(
      configuration,
      ScriptedLines([
        .wait(.milliseconds(250)),
        .edges(
          0,
          [Edge(isRising: true, time: closes), Edge(isRising: false, time: opens)]),
      ]))
    // The first by the schedule, and one for each edge, though both came in one batch.
    #expect(samples.map { $0.outcomes[0] } == [.boolean(false), .boolean(true), .boolean(false)])
    #expect(samples.dropFirst().map(\.sinceBoot) == [closes, opens])
    let apart = samples[2].unixMilliseconds - samples[1].unixMilliseconds
    #expect((198...202).contains(apart))
  }

  @Test func `a change that is no alarm waits for its time`() throws {
    let configuration = try Self.configuration(
      "door: {profile: generic-contact, bus: pins, line: 17, every: 1 d, debounce: 0 s}")
    let (samples, _) = try run(
      configuration,
      ScriptedLines([.edges(0, [Edge(isRising: true, time: Clock.sinceBoot)])]))
    #expect(samples.count == 1)
  }

  @Test func `a contact that chatters brings ten samples a second, and the last state`() throws {
    let configuration = try Self.configuration(
      """
      door: {profile: generic-contact, bus: pins, line: 17, every: 1 d, debounce: 0 s,
        points: {closed: {alarm: {is: true}}}}
      """)
    let start = Clock.sinceBoot
    var edges = pulses(500, from: start, step: .milliseconds(1))
    edges.append(Edge(isRising: true, time: start + .milliseconds(500)))
    let (samples, _) = try run(
      configuration,
      ScriptedLines([
        .wait(.milliseconds(510)), .edges(0, edges), .wait(.milliseconds(110)),
        .wait(.milliseconds(1)),
      ]))
    #expect((2...8).contains(samples.count - 1), "\(samples.count)")
    #expect(samples.last?.outcomes == [.boolean(true)])
  }

  @Test func `a debounced change is told when it has stayed, without another edge`() throws {
    let configuration = try Self.configuration(
      """
      door: {profile: generic-contact, bus: pins, line: 17, every: 1 d, debounce: 20 ms,
        points: {closed: {alarm: {is: true}}}}
      """)
    let (samples, _) = try run(
      configuration,
      ScriptedLines([
        .edges(0, [Edge(isRising: true, time: Clock.sinceBoot)]), .wait(.milliseconds(25)),
        .wait(.milliseconds(1)),
      ]))
    #expect(samples.map { $0.outcomes[0] } == [.boolean(false), .boolean(true)])
  }

  @Test func `a storm does not keep the thread from its end`() throws {
    let configuration = try Self.configuration(
      "door: {profile: generic-frequency, bus: pins, line: 17, every: 1 d}")
    let storm = pulses(500, from: Clock.sinceBoot, step: .microseconds(10))
    let lines = ScriptedLines([.edges(0, storm), .wait(.zero)], batch: 16)
    let (samples, totals) = try run(configuration, lines)
    #expect(samples.count == 1)
    #expect(totals.edgesLost == 0)
  }

  @Test func `a line that is held by another leaves its reason, and the others their values`()
    throws
  {
    let configuration = try Self.configuration(
      """
      door: {profile: generic-contact, bus: pins, line: 17, every: 1 d},
      gate: {profile: generic-contact, bus: pins, line: 18, every: 1 d}
      """)
    let lines = ScriptedLines([])
    lines.refusals[0] = .held(by: "gpioset")
    let (samples, totals) = try run(configuration, lines)
    #expect(samples.map { $0.outcomes[0] } == [.missing(.portBusy), .boolean(false)])
    #expect(totals.missing == 1)
  }

  @Test func `a chip that vanishes leaves a reason, and is looked for again`() throws {
    let configuration = try Self.configuration(
      "door: {profile: generic-contact, bus: pins, line: 17, every: 10 ms}")
    let lines = ScriptedLines([
      .vanish, .wait(.milliseconds(1_050)), .wait(.milliseconds(20)), .wait(.milliseconds(20)),
    ])
    let (samples, _) = try run(configuration, lines)
    #expect(samples.first?.outcomes == [.boolean(false)])
    #expect(samples.last?.outcomes == [.missing(.portNotFound)])
    #expect(lines.takes == 2)
  }

  @Test func `a line without edges is read for ever`() throws {
    let configuration = try Self.configuration(
      "door: {profile: generic-contact, bus: pins, line: 17, every: 10 ms}")
    let lines = ScriptedLines(
      Array(repeating: ScriptedLines.Step.wait(.milliseconds(10)), count: 40))
    let (samples, totals) = try run(configuration, lines)
    #expect(samples.count >= 20)
    #expect(totals.missing == 0)
    #expect(lines.takes == 1)
  }

  @Test func `a line that is ready for ever and has no edges is let go`() throws {
    let configuration = try Self.configuration(
      "door: {profile: generic-contact, bus: pins, line: 17, every: 1 d}")
    let lines = ScriptedLines(
      Array(repeating: ScriptedLines.Step.edges(0, []), count: 40))
    _ = try run(configuration, lines)
    #expect(lines.held.isEmpty)
    #expect(lines.takes == 1)
  }

  @Test func `totals go on after a stop and after a crash, and tell which it was`() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let configuration = try Self.configuration(
      """
      rain: {profile: generic-rain-gauge, bus: pins, line: 17, every: 1 d, debounce: 0 s,
        min_interval: 0 s, points: [rain_total], options: {mm_per_tip: 1}}
      """)
    func oneRun(isStopped: Bool) throws -> Sample? {
      let keeper = try TotalsKeeper(directory: folder.path)
      let thread = try Thread("totals") { keeper.run() }
      let start = Clock.sinceBoot
      let result = try run(
        configuration,
        ScriptedLines([
          .edges(0, pulses(3, from: start - .milliseconds(10), step: .milliseconds(1)))
        ]), keeper: keeper)
      let file = "\(folder.path)/counters"
      var running = ""
      for _ in 0..<500 where !running.hasPrefix("running") {
        running = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        Clock.sleep(for: .milliseconds(10))
      }
      keeper.requestStop()
      #expect(thread.join(within: .seconds(5)))
      // What a power cut leaves is the last that was written before.
      if !isStopped {
        #expect(running.hasPrefix("running"))
        try running.write(to: URL(filePath: file), atomically: true, encoding: .utf8)
      }
      return result.samples.first
    }
    let first = try oneRun(isStopped: true)
    #expect(first?.outcomes == [.double(0)])
    #expect(first?.doubts == [])
    let second = try oneRun(isStopped: false)
    #expect(second?.outcomes == [.double(3)])
    #expect(second?.doubts == [.restarted])
    let third = try oneRun(isStopped: true)
    #expect(third?.doubts == [.unsaved])
    try Data("rubbish".utf8).write(to: folder.appending(path: "counters"))
    let fourth = try oneRun(isStopped: true)
    #expect(fourth?.outcomes == [.double(0)])
    #expect(fourth?.doubts == [.totalLost])
    #expect(FileManager.default.fileExists(atPath: "\(folder.path)/counters.damaged"))
  }

  @Test func `read once, a level is known, and pulses are not`() throws {
    let devices = try Self.configuration(
      """
      door: {profile: generic-contact, bus: pins, line: 17},
      rain: {profile: generic-rain-gauge, bus: pins, line: 4}
      """
    ).devices
    var lines = ScriptedLines([])
    lines.levels[0] = true
    let door = PinReading(devices[0], index: 0, over: &lines)
    #expect(door.samples.flatMap(\.outcomes) == [.boolean(true)])
    #expect(!door.needsTime && lines.held.isEmpty)

    let rain = PinReading(devices[1], index: 1, over: &lines)
    #expect(rain.needsTime)
    #expect(rain.samples.flatMap(\.outcomes).allSatisfy { $0 == .missing(.notAvailable) })
    lines.refusals[0] = .held(by: "gpioset")
    let held = PinReading(devices[0], index: 0, over: &lines)
    #expect(held.samples.flatMap(\.outcomes) == [.missing(.portBusy)])
  }
}
