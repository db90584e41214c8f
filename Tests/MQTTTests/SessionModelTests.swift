import TestSupport
import Testing

@testable import MQTT

/// A client and a broker with a link between them that breaks at any byte. Everything is random, and
/// the same for the same seed.
@Suite struct SessionModelTests {
  /// How many runs of each kind; each has about 400 steps.
  private static let seeds: Range<UInt64> = 0..<600

  @Test(arguments: ProtocolVersion.allCases, [false, true])
  func `nothing is lost, and QoS 2 comes once`(version: ProtocolVersion, forgets: Bool) throws {
    var breaks = 0
    var duplicates = 0
    var unresolved = 0
    for seed in Self.seeds {
      var model = try SessionModel(version, seed: seed, brokerForgets: forgets)
      try model.run()
      let faults = model.faults
      if !faults.isEmpty {
        Issue.record("seed \(seed): \(faults.prefix(5))")
        return
      }
      breaks += model.breaks
      duplicates += model.broker.arrived.once.count - Set(model.broker.arrived.once).count
      unresolved += model.unresolved.count
    }
    #expect(breaks > 2_000 && duplicates > 200, "else it tests little")
    #expect((unresolved > 100) == forgets)
  }
}

private struct SessionModel {
  private let version: ProtocolVersion
  private let brokerForgets: Bool
  private var random: SplitMix64
  private var session: Session
  private(set) var broker: SimulatedBroker
  /// What is on its way.
  private var up: [UInt8] = []
  private var down: [UInt8] = []
  /// Whether the broker has forgotten the session, and the client does not know it yet.
  private var isForgotten = true
  private(set) var breaks = 0

  // The numbers of the messages, which are their tokens too.
  private var published: (once: [UInt16], twice: [UInt16]) = ([], [])
  private var acknowledged: Set<UInt64> = []
  private(set) var unresolved: Set<UInt64> = []
  private var sent: (once: [UInt16], twice: [UInt16]) = ([], [])
  private var taken: (once: [UInt16], twice: [UInt16]) = ([], [])
  private var ownFaults: [String] = []

  init(_ version: ProtocolVersion, seed: UInt64, brokerForgets: Bool) throws(SessionError) {
    self.version = version
    self.brokerForgets = brokerForgets
    random = SplitMix64(seed: seed)
    broker = SimulatedBroker(isVersion5: version == .v5)
    session = try Session(options: Session.Options(clientID: "c"), now: .zero)
    try connect(Session.State())
  }

  mutating func run() throws(SessionError) {
    for _ in 0..<400 { try step(mayBreak: true) }
    // All comes to an end when the link holds.
    for _ in 0..<4_000 {
      if isQuiet { return }
      try step(mayBreak: false)
    }
    ownFaults.append("stuck")
  }

  /// What is wrong at the end.
  var faults: [String] {
    var faults = broker.faults + ownFaults
    if Set(broker.arrived.once) != Set(published.once) { faults.append("QoS 1 lost") }
    let twice = broker.arrived.twice
    if twice.count != Set(twice).count { faults.append("QoS 2 arrived twice") }
    let missing = Set(published.twice).subtracting(twice)
    if !missing.allSatisfy({ unresolved.contains(UInt64($0)) }) { faults.append("QoS 2 lost") }
    if twice != twice.sorted() { faults.append("QoS 2 out of order") }
    if !brokerForgets, !unresolved.isEmpty || !broker.dropped.isEmpty {
      faults.append("unresolved without a reason")
    }
    let lost = Set(sent.once + sent.twice).subtracting(taken.once + taken.twice)
    if !lost.isSubset(of: broker.dropped) { faults.append("lost on the way to the client") }
    if taken.twice.count != Set(taken.twice).count { faults.append("QoS 2 taken twice") }
    if taken.twice != taken.twice.sorted() { faults.append("QoS 2 taken out of order") }
    let tokens = Set((published.once + published.twice).map { UInt64($0) })
    if acknowledged.union(unresolved) != tokens { faults.append("tokens without an end") }
    if !acknowledged.isDisjoint(with: unresolved) { faults.append("a token with two ends") }
    return faults
  }

  private var isQuiet: Bool {
    up.isEmpty && down.isEmpty && broker.isIdle && !session.hasOutput && !session.hasEvents
      && session.inFlightCount == 0 && session.taken == nil
  }

  private mutating func step(mayBreak: Bool) throws(SessionError) {
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<15: if mayBreak { try publish() }
    case 15..<35: up += session.takeOutput()
    case 35..<55:
      let count = Int.random(in: 0...up.count, using: &random)
      broker.receive(up.prefix(count))
      up.removeFirst(count)
    case 55..<70: down += broker.answer(&random)
    case 70..<75: if mayBreak { brokerPublishes() }
    case 75..<87:
      let count = Int.random(in: 0...down.count, using: &random)
      try session.receive(Array(down.prefix(count)).span, now: .zero)
      down.removeFirst(count)
    case 87..<98: take()
    default: if mayBreak { try breakLink() }
    }
    if session.inFlightCount > 12 { ownFaults.append("\(session.inFlightCount) in flight") }
    if session.state.incoming.count > 30 { ownFaults.append("identifiers pile up") }
    if session.requests.count > 0 || session.output.count > 2_000 { ownFaults.append("output") }
  }

  private mutating func publish() throws(SessionError) {
    guard session.canPublish else { return }
    let number = UInt16(published.once.count + published.twice.count)
    let isTwice = Bool.random(using: &random)
    if isTwice { published.twice.append(number) } else { published.once.append(number) }
    try session.publish(
      topic: topic("t"), payload: [UInt8(number >> 8), UInt8(number & 0xFF)],
      qos: isTwice ? .exactlyOnce : .atLeastOnce, token: UInt64(number), now: .zero)
  }

  private mutating func brokerPublishes() {
    // It keeps to the client's receive maximum. What it sends into a session that is not sure to last
    // may be forgotten.
    guard broker.outgoingCount < 8, !isForgotten else { return }
    let number = UInt16(sent.once.count + sent.twice.count)
    let qos = UInt8.random(in: 1...2, using: &random)
    if qos == 1 { sent.once.append(number) } else { sent.twice.append(number) }
    down += broker.publish(qos: qos, number: number)
  }

  private mutating func take() {
    switch session.nextEvent() {
    case nil: break
    case .connected: isForgotten = false
    case .acknowledged(let token):
      if !acknowledged.insert(token).inserted { ownFaults.append("\(token) twice") }
    case .unresolved(let token):
      if !unresolved.insert(token).inserted { ownFaults.append("\(token) twice") }
    case .message(let publish):
      let number = UInt16(publish.payload[0]) << 8 | UInt16(publish.payload[1])
      if publish.qos == .exactlyOnce {
        taken.twice.append(number)
      } else {
        taken.once.append(number)
      }
    case .rejected, .subscribed, .unsubscribed, .authentication:
      ownFaults.append("an event for nothing")
    }
  }

  private mutating func breakLink() throws(SessionError) {
    breaks += 1
    up = []
    down = []
    while session.hasEvents { take() }
    try connect(session.state)
  }

  private mutating func connect(_ state: Session.State) throws(SessionError) {
    var options = Session.Options(clientID: "c")
    options.version = version
    options.cleanStart = false
    options.sessionExpiry = .max
    options.inFlightMax = Int.random(in: 1...12, using: &random)
    session = try Session(options: options, resuming: state, now: .zero)
    _ = session.takeOutput()
    if brokerForgets, Int.random(in: 0..<3, using: &random) == 0 { isForgotten = true }
    var receiveMaximum = options.inFlightMax
    if version == .v5 { receiveMaximum = Int.random(in: 1...receiveMaximum, using: &random) }
    down = broker.connect(sessionPresent: !isForgotten, receiveMaximum: receiveMaximum)
  }
}
