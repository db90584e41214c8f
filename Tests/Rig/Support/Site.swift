import Foundation
import TestSupport
import Testing

/// A batch as it arrived.
struct Arrival: Equatable {
  let topic: String
  let payload: String

  private var json: [String: Any] {
    (try? JSONSerialization.jsonObject(with: Data(payload.utf8))) as? [String: Any] ?? [:]
  }
  /// The batch's name.
  var id: String { Arrival.id(of: payload) }
  var readings: [[String: Any]] { json["readings"] as? [[String: Any]] ?? [] }

  /// What a payload is called, without a look at the rest; "" where it has no id.
  static func id(of payload: String) -> String {
    guard let match = payload.firstMatch(of: /"id":"([0-9a-f]{16}-[0-9]+)"/) else { return "" }
    return String(match.1)
  }

  /// The lines that mosquitto_sub writes with -F '%t %p'; the last one may not be whole yet.
  static func all(in output: String) -> [Arrival] {
    output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().compactMap { line in
      guard line.hasPrefix("godwit/"), let space = line.firstIndex(of: " ") else { return nil }
      return Arrival(
        topic: String(line[..<space]), payload: String(line[line.index(after: space)...]))
    }
  }
}

/// What runs in a virtual Pi beside the gateway: a broker with a subscriber, and a meter.
struct Site {
  /// Where the broker is: on the Pi, or on the host at the other end of its link.
  enum Place {
    case here, far

    /// The address that the gateway uses.
    var address: String {
      switch self {
      case .here: "127.0.0.1"
      case .far: "10.9.0.2"
      }
    }

    /// What stands in front of a command there.
    var prefix: String { self == .far ? "ip netns exec far " : "" }
  }

  let pi: VirtualPi
  let place: Place
  private let subscriber: VirtualPi.GuestProcess

  /// Starts broker and subscriber; the link to `far` is made, and good.
  init(in pi: VirtualPi, broker place: Place = .here) async throws {
    self.pi = pi
    self.place = place
    if place == .far { try await pi.run("far_host") }
    try pi.write(
      """
      listener 1883
      allow_anonymous true
      user root
      persistence true
      persistence_location /tmp/broker/
      max_queued_messages 0
      max_inflight_messages 1000
      log_dest stderr
      log_type error
      log_type warning
      log_type subscribe
      """, to: "broker.conf")
    try await pi.run("mkdir /tmp/broker")
    try await Site.startBroker(in: pi, place)
    // Beside the broker, so that no fault of the link keeps from it what the broker has. Its session
    // is kept by the broker, so that it misses nothing that was acknowledged.
    subscriber = try pi.start(
      "exec \(place.prefix)mosquitto_sub -h 127.0.0.1 -i test-subscriber -c -q 1 -t 'godwit/#' -T 'godwit/+/$SYS/#' -F '%t %p'"
    )
    try await pi.run("await 20 grep -q 'test-subscriber 1 godwit/#' broker.log")
  }

  private static func startBroker(in pi: VirtualPi, _ place: Place) async throws {
    try await pi.run(
      """
      (exec \(place.prefix)mosquitto -c broker.conf >>broker.log 2>&1 & echo $! >broker.pid)
      await 20 \(place.prefix)bash -c 'exec 3<>/dev/tcp/127.0.0.1/1883' 2>/dev/null
      """)
  }

  /// Stops the broker in good order, for then it keeps its sessions and what they wait for.
  func stopBroker() async throws {
    try await pi.run(
      "kill $(cat broker.pid) && await 20 eval '! kill -0 $(cat broker.pid) 2>/dev/null'")
  }

  func startBroker() async throws {
    try await Site.startBroker(in: pi, place)
  }

  /// What arrived so far.
  var arrivals: [Arrival] { Arrival.all(in: subscriber.output) }

  /// The file with what arrived, a line each.
  var arrivalsFile: URL { subscriber.outputFile }

  /// What arrived behind the first `offset` bytes of `arrivalsFile`.
  func arrivals(from offset: UInt64) throws -> [Arrival] {
    let handle = try FileHandle(forReadingFrom: arrivalsFile)
    defer { try? handle.close() }
    try handle.seek(toOffset: offset)
    return Arrival.all(in: String(decoding: try handle.readToEnd() ?? Data(), as: UTF8.self))
  }

  /// Starts a meter that is simulated, with values that move, at port 1502.
  func startSimulatedMeter() async throws {
    _ = try pi.start(
      "exec \(Kernel.godwit) simulate --profile eastron-sdm630 --profiles \(Kernel.profiles)"
        + " --listen 127.0.0.1:1502")
    try await pi.run("await 20 is_open 127.0.0.1 1502")
  }

  /// Starts a meter by pymodbus, an Eastron SDM630, unit 1, with 230.2 V on phase 1 and -1500 W in all
  /// (SDM630-Modbus protocol document V1.8).
  /// - Parameter line: `tcp:PORT`, or the device of a serial line of 9600 baud.
  @discardableResult
  func startMeter(_ line: String) async throws -> VirtualPi.GuestProcess {
    let words: [Int: [Int]] = [0x0000: [0x4366, 0x3333], 0x0034: [0xC4BB, 0x8000]]
    var registers = [Int](repeating: 0, count: 0x017E)
    for (address, run) in words {
      registers.replaceSubrange(address..<address + run.count, with: run)
    }
    try pi.write("{\"units\": {\"1\": {\"0\": \(registers)}}}", to: "registers.json")
    let meter = try pi.start(
      "exec \(Kernel.python) $ROOT/Tests/Integration/Peers/modbus_peer.py \(line) registers.json")
    if line.hasPrefix("tcp:") {
      try await pi.run("await 20 is_open 127.0.0.1 \(line.dropFirst(4))")
    }
    return meter
  }

  /// Writes the configuration of a gateway called barn, godwit.yaml.
  /// - Parameters:
  ///   - bus: the line of its meter, as the configuration has it.
  ///   - device: the meter's keys besides its profile, bus and unit.
  func configure(
    bus: String,
    device: String = "every: 100 ms, batch: 0 s, points: [power, voltage_l1]",
    queue: String = "path: /tmp/queue, durability: every 50 ms", broker: String = ""
  ) throws {
    try configure(
      buses: "line: { \(bus) }",
      devices: "meter: { profile: eastron-sdm630, bus: line, unit: 1, \(device) }", queue: queue,
      broker: broker)
  }

  /// Writes the configuration of a gateway called barn, godwit.yaml, with these buses and devices.
  func configure(
    buses: String, devices: String,
    queue: String = "path: /tmp/queue, durability: every 50 ms", broker: String = ""
  ) throws {
    try pi.write(
      """
      gateway: barn
      broker: { url: "mqtt://\(place.address)", reconnect-max: 1 s\(broker.isEmpty ? "" : ", ")\(broker) }
      queue: { \(queue) }
      clock: trusted
      buses: { \(buses) }
      devices: { \(devices) }
      """, to: "godwit.yaml")
  }

  /// What the newest reading of a device has for a point: its value, or the reason why there is none.
  func newest(_ device: String, _ point: String) -> String? {
    for arrival in arrivals.reversed() where arrival.topic == "godwit/barn/\(device)" {
      for reading in arrival.readings.reversed() {
        if let reason = (reading["errors"] as? [String: String])?[point] { return reason }
        if let value = reading[point], !(value is NSNull) { return "\(value)" }
      }
    }
    return nil
  }

  /// Starts the gateway that is configured.
  func startGateway(_ godwit: String = Kernel.godwit) throws -> Gateway {
    Gateway(
      process: try pi.start(
        "exec \(godwit) run --config godwit.yaml --profiles \(Kernel.profiles) --report 100ms"))
  }
}

/// A gateway in a virtual Pi.
struct Gateway {
  let process: VirtualPi.GuestProcess

  /// What it has logged, but for all reports except the last.
  var log: String {
    let lines = process.output.split(separator: "\n")
    let last = lines.lastIndex { $0.contains(" report ") }
    return lines.indices.filter { $0 == last || !lines[$0].contains(" report ") }
      .map { String(lines[$0]) }.joined(separator: "\n")
  }

  /// A number of its last report.
  subscript(name: String) -> Int {
    guard
      let line = process.output.split(separator: "\n").last(where: { $0.contains(" report ") })
    else { return -1 }
    for word in line.split(separator: " ") where word.hasPrefix("\(name)=") {
      return Int(word.dropFirst(name.count + 1)) ?? -1
    }
    return -1
  }

  /// Stops it and looks at its account: everything was delivered, nothing was lost, and each batch has
  /// arrived with one content only.
  func settle(at site: Site) async throws {
    #expect(try await process.stop() == 0, "\(log)")
    #expect(self["lost"] == 0 && self["refused"] == 0 && self["discarded"] == 0)
    #expect(self["inbox_dropped"] == 0)
    #expect(self["queued"] == 0, "\(log)")
    let sequence = self["sequence"]
    #expect(sequence > 0 && self["accepted"] == sequence && self["durable"] == sequence)
    #expect(
      try await eventually(within: .seconds(10)) {
        Set(site.arrivals.map(\.id)).count == sequence
      }, "\(Set(site.arrivals.map(\.id)).count) of \(sequence)")
    var payloads: [String: String] = [:]
    for arrival in site.arrivals {
      #expect(arrival.payload == payloads[arrival.id, default: arrival.payload])
      payloads[arrival.id] = arrival.payload
    }
    let numbers = Set(payloads.keys.compactMap { Int($0.dropFirst(17)) })
    #expect(numbers == Set(1...max(sequence, 1)), "ids with a gap")
  }
}
