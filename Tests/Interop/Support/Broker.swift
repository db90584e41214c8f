/// A broker that the library is tried with.
enum BrokerKind: String, CaseIterable, Sendable {
  /// Debian's mosquitto.
  case mosquitto
  /// Debian's rabbitmq-server with its plugins for MQTT.
  case rabbitMQ = "RabbitMQ"
  /// From PyPI; it speaks MQTT 3.1.1 only.
  case amqtt
}

/// The ports of a broker on the loopback; nil where it has no such way in.
struct Doors: Sendable {
  var tcp: UInt16
  var tls: UInt16
  /// TLS where the client's certificate says who it is.
  var certificates: UInt16?
  var preSharedKeys: UInt16?
  var webSocket: UInt16
  var secureWebSocket: UInt16
  /// The path of the WebSockets.
  var webSocketPath: String

  var all: [UInt16] {
    [tcp, tls, webSocket, secureWebSocket] + [certificates, preSharedKeys].compactMap { $0 }
  }
}

/// A broker that runs.
struct Broker: Sendable {
  let kind: BrokerKind
  /// As it says itself, e.g. "2.0.11".
  let release: String
  let doors: Doors
  let workshop: Workshop
  let processes: [PeerProcess]

  /// What the broker has written.
  var log: String { processes.map(\.output).joined(separator: "\n") }
}

/// The brokers of a run: each is started when it is first asked for.
actor Brokers {
  static let shared = Brokers()

  /// RabbitMQ takes 15 s on an idle machine with two cores.
  private static let startLimit: Duration = .seconds(180)

  struct DidNotStart: Error, CustomStringConvertible {
    let description: String
  }

  private var workshop: Workshop?
  private var starts: [BrokerKind: Task<Broker, any Error>] = [:]

  func broker(_ kind: BrokerKind) async throws -> Broker {
    if let start = starts[kind] { return try await start.value }
    let workshop = try self.workshop ?? Workshop()
    self.workshop = workshop
    let start = Task {
      switch kind {
      case .mosquitto: try await workshop.startMosquitto()
      case .rabbitMQ: try await workshop.startRabbitMQ()
      case .amqtt: try await workshop.startAmqtt()
      }
    }
    starts[kind] = start
    return try await start.value
  }

  /// Ends all and takes their folder away.
  func end() async {
    for start in starts.values {
      if let broker = try? await start.value {
        for process in broker.processes { process.end() }
      }
    }
    starts = [:]
    workshop?.remove()
    workshop = nil
  }

  /// Waits until `process` has written `word`, a version behind it, and `readiness`, and listens at
  /// every door.
  static func release(
    of process: PeerProcess, doors: Doors, after word: String, readiness: String = ""
  ) async throws -> String {
    let deadline = ContinuousClock.now + startLimit
    while ContinuousClock.now < deadline, !process.hasEnded {
      let output = process.output
      if let release = version(after: word, in: output),
        readiness.isEmpty || output.contains(readiness),
        doors.all.allSatisfy({ Ports.isOpen($0) })
      {
        return release
      }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw DidNotStart(description: "\(word) did not start:\n\(process.output.suffix(4_000))")
  }

  /// "2.0.11" in "… mosquitto version 2.0.11 starting …".
  private static func version(after word: String, in text: String) -> String? {
    guard let range = text.firstRange(of: word + " ") else { return nil }
    let version = text[range.upperBound...].prefix { $0.isNumber || $0 == "." }
    return version.isEmpty ? nil : String(version)
  }
}
