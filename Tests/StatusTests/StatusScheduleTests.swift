import Testing

@testable import Status

@Suite struct StatusScheduleTests {
  private static let root = StatusTopics.root(prefix: "godwit", gateway: "barn")

  /// A link that stays up, looked at as often as the schedule asks.
  private struct Simulation {
    var schedule: StatusSchedule
    var topics = StatusTopics()
    var now: Duration = .seconds(100)
    var status: GatewayStatus

    init(_ status: GatewayStatus, every: Duration = .seconds(600)) {
      self.status = status
      schedule = StatusSchedule(every: every, rootLength: root.utf8.count)
      schedule.connect(now: now)
    }

    /// Goes on for so long; gives when what was sent.
    mutating func run(_ length: Duration) -> [(at: Duration, message: StatusMessage)] {
      let end = now + length
      var sent: [(Duration, StatusMessage)] = []
      while let due = schedule.nextDue, due <= end {
        let next = max(due, now)
        status = later(status, by: next - now)
        now = next
        for message in schedule.take(topics.messages(of: status), now: now) {
          sent.append((now, message))
        }
      }
      return sent
    }
  }

  /// By the specification, not by the code: PUBLISH of MQTT 5.0 with QoS 0 and no properties.
  private static func bytes(_ message: StatusMessage) -> Int {
    let rest = 2 + "godwit/barn/$SYS/\(message.suffix)".utf8.count + 1 + message.payload.count
    return 1 + (rest > 127 ? 2 : 1) + rest
  }

  @Test func `a new link is told state and link at once and the rest when it has stayed`() {
    var simulation = Simulation(typicalStatus())
    let sent = simulation.run(.seconds(4))
    #expect(sent.prefix(2).map { $0.message.suffix } == ["state", "link"])
    #expect(sent.prefix(2).allSatisfy { $0.at == .seconds(100) })
    #expect(sent.count == 16)
    #expect(sent.dropFirst(2).allSatisfy { $0.at == .seconds(103) })
  }

  @Test func `a day on an idle link costs less than a kilobyte a minute`() {
    var simulation = Simulation(typicalStatus())
    let sent = simulation.run(.seconds(86_400))
    let total = sent.reduce(0) { $0 + Self.bytes($1.message) }

    #expect(total / 1_440 < 1_000)
    for minute in stride(from: 120, to: 86_400, by: 3_600) {
      let hour = sent.filter {
        $0.at >= .seconds(minute) && $0.at < .seconds(minute + 3_600)
      }
      #expect(hour.reduce(0) { $0 + Self.bytes($1.message) } < 60_000)
    }
    // Everything is repeated in time.
    for suffix in ["state", "version", "device/meter", "queue/telemetry"] {
      let times = sent.filter { $0.message.suffix == suffix }.map { $0.at }
      #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 <= .seconds(610) })
    }
  }

  @Test func `with very many devices the rounds become longer and the budget holds`() {
    var status = typicalStatus()
    for index in 0..<300 {
      var device = GatewayStatus.Device(name: "device-\(index)", bus: 0)
      device.state = .ok
      device.readingAge = .seconds(1)
      status.devices.append(device)
    }
    var simulation = Simulation(status)
    _ = simulation.run(.seconds(1_200))
    let sent = simulation.run(.seconds(7_200))
    let total = sent.reduce(0) { $0 + Self.bytes($1.message) }
    #expect(total < 7_200 / 60 * 1_000 + 3_000)
    // A round takes some 45 minutes.
    #expect(Set(sent.map { $0.message.suffix }).count == 316)
  }

  @Test func `a device that is isolated is told within seconds and one that flaps is held back`() {
    var simulation = Simulation(typicalStatus())
    _ = simulation.run(.seconds(60))
    simulation.status.devices[0].state = .isolated
    let sent = simulation.run(.seconds(6)).filter { $0.message.suffix == "device/meter" }
    #expect(sent.count == 1)
    var flaps: [StatusMessage] = []
    for _ in 0..<3_600 {
      simulation.status.devices[0].state =
        simulation.status.devices[0].state == .ok ? .failing : .ok
      simulation.schedule.hurry()
      flaps += simulation.run(.seconds(1)).map { $0.message }
    }
    #expect(flaps.reduce(0) { $0 + Self.bytes($1) } < 60 * 1_000 + 13_000)
  }

  @Test func `stopping goes at once, whatever was sent before`() {
    var simulation = Simulation(typicalStatus())
    _ = simulation.run(.seconds(4))
    simulation.status.state = .stopping
    simulation.schedule.hurry()
    let sent = simulation.run(.zero)
    #expect(sent.map { text($0.message.payload) } == ["stopping"])
  }

  @Test func `a device that is no more is forgotten by the broker`() {
    var simulation = Simulation(typicalStatus())
    _ = simulation.run(.seconds(60))
    simulation.status.devices.removeLast()
    let sent = simulation.run(.seconds(20))
    #expect(sent.map { $0.message.suffix } == ["device/light"])
    #expect(sent.first?.message.payload == [])
  }

  @Test func `nothing is due without a link`() {
    var schedule = StatusSchedule(every: .seconds(600), rootLength: 17)
    #expect(schedule.nextDue == nil)
    schedule.connect(now: .seconds(1))
    #expect(schedule.nextDue == .seconds(1))
    schedule.disconnect()
    var topics = StatusTopics()
    #expect(schedule.nextDue == nil)
    #expect(schedule.take(topics.messages(of: typicalStatus()), now: .seconds(2)).isEmpty)
  }
}
