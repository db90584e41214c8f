import MQTT
import TestSupport

/// A broker that remembers one client, keeps the rules of QoS 1 and 2, and checks that the client
/// keeps them. It reads and writes bytes with code of its own, of 3.1.1 or 5.0 alike but for the
/// length of the properties, which are always empty.
///
/// Every message has a payload of one number of two bytes, so that it can be told from the others.
struct SimulatedBroker {
  /// A packet in the words of this broker.
  enum Word: Equatable {
    case publish(qos: UInt8, isDuplicate: Bool, identifier: UInt16, number: UInt16)
    case puback(UInt16), pubrec(UInt16), pubrel(UInt16), pubcomp(UInt16)
  }

  let isVersion5: Bool
  /// How many messages the client may have in flight.
  private var receiveMaximum = 1
  /// What is wrong with the client; empty where nothing is.
  private(set) var faults: [String] = []

  // From the client.
  /// The numbers that have arrived, in their order, with QoS 1 and QoS 2.
  private(set) var arrived: (once: [UInt16], twice: [UInt16]) = ([], [])
  /// Identifiers with QoS 2 between PUBLISH and PUBREL.
  private var held: Set<UInt16> = []
  /// What the client may not use for another message, by what it stands for.
  private var inUse: [UInt16: UInt16] = [:]
  /// The messages that it has sent over this connection and not been told the end of.
  private var open: Set<UInt16> = []
  private var lastNumber: (once: Int, twice: Int) = (-1, -1)

  // To the client.
  private var outgoing: [(identifier: UInt16, qos: UInt8, number: UInt16, isReleased: Bool)] = []
  private var nextIdentifier: UInt16 = 0
  /// The numbers of messages that were forgotten with the session.
  private(set) var dropped: Set<UInt16> = []

  /// The beginning of a packet.
  private var partial: [UInt8] = []
  /// Answers that are not sent yet; they may be sent in any order.
  private var answers: [Word] = []

  init(isVersion5: Bool) {
    self.isVersion5 = isVersion5
  }

  var isIdle: Bool { answers.isEmpty && outgoing.isEmpty && inUse.isEmpty }
  var outgoingCount: Int { outgoing.count }

  /// A connection begins.
  /// - Returns: CONNACK, and in a session that goes on what is sent again.
  mutating func connect(sessionPresent: Bool, receiveMaximum: Int) -> [UInt8] {
    self.receiveMaximum = receiveMaximum
    partial = []
    answers = []
    open = []
    lastNumber = (-1, -1)
    if !sessionPresent {
      held = []
      inUse = [:]
      dropped.formUnion(outgoing.map(\.number))
      outgoing = []
      nextIdentifier = 0
      mayArriveAnew = Set(arrived.once)
    }
    var bytes: [UInt8] =
      isVersion5
      ? [0x20, 0x06, sessionPresent ? 1 : 0, 0, 3, 0x21, UInt8(receiveMaximum >> 8)]
        + [UInt8(receiveMaximum & 0xFF)]
      : [0x20, 0x02, sessionPresent ? 1 : 0, 0]
    for message in outgoing {
      bytes +=
        message.isReleased
        ? said(.pubrel(message.identifier))
        : said(
          .publish(
            qos: message.qos, isDuplicate: true, identifier: message.identifier,
            number: message.number))
    }
    return bytes
  }

  /// A message to the client, with an identifier that is free.
  mutating func publish(qos: UInt8, number: UInt16) -> [UInt8] {
    repeat {
      nextIdentifier = nextIdentifier % 30 + 1
    } while outgoing.contains {
      $0.identifier == nextIdentifier
    }
    outgoing.append((nextIdentifier, qos, number, false))
    return said(
      .publish(qos: qos, isDuplicate: false, identifier: nextIdentifier, number: number))
  }

  /// One of the answers that wait, any one.
  mutating func answer(_ random: inout SplitMix64) -> [UInt8] {
    guard let index = answers.indices.randomElement(using: &random) else { return [] }
    let word = answers.remove(at: index)
    switch word {
    case .puback(let identifier), .pubcomp(let identifier):
      inUse[identifier] = nil
      open.remove(identifier)
    default: break
    }
    return said(word)
  }

  /// Bytes of the client, cut anywhere.
  mutating func receive(_ bytes: ArraySlice<UInt8>) {
    partial += bytes
    // All packets here are short.
    while partial.count >= 2, partial.count >= 2 + Int(partial[1]) {
      let packet = partial[..<(2 + Int(partial[1]))]
      guard let word = word(packet[0], Array(packet[2...])) else {
        faults.append("unreadable: \(partial)")
        return
      }
      partial.removeFirst(packet.count)
      receive(word)
    }
  }

  private mutating func receive(_ word: Word) {
    switch word {
    case .publish(let qos, let isDuplicate, let identifier, let number):
      receivePublish(qos, isDuplicate, identifier, number)
    case .pubrel(let identifier):
      held.remove(identifier)
      answers.append(.pubcomp(identifier))
    case .puback(let identifier): finish(identifier, 1)
    case .pubrec(let identifier):
      guard let index = outgoing.firstIndex(where: { $0.identifier == identifier && $0.qos == 2 })
      else { return faults.append("PUBREC \(identifier) for nothing") }
      outgoing[index].isReleased = true
      answers.append(.pubrel(identifier))
    case .pubcomp(let identifier): finish(identifier, 2)
    }
  }

  private mutating func receivePublish(
    _ qos: UInt8, _ isDuplicate: Bool, _ identifier: UInt16, _ number: UInt16
  ) {
    if identifier == 0 { faults.append("identifier 0") }
    if let old = inUse[identifier], old != number {
      faults.append("identifier \(identifier) is \(old)'s and not \(number)'s")
    }
    inUse[identifier] = number
    if !open.insert(identifier).inserted { faults.append("\(identifier) twice a connection") }
    if open.count > receiveMaximum { faults.append("\(open.count) in flight") }
    // In the order in which they were first sent, over each connection [MQTT-4.6.0-1].
    let last = qos == 1 ? lastNumber.once : lastNumber.twice
    if Int(number) <= last { faults.append("\(number) behind \(last)") }
    if qos == 1 {
      lastNumber.once = Int(number)
      if !isDuplicate, arrived.once.contains(number), mayArriveAnew.remove(number) == nil {
        faults.append("\(number) again, and not as a duplicate")
      }
      arrived.once.append(number)
      answers.append(.puback(identifier))
    } else {
      lastNumber.twice = Int(number)
      if held.insert(identifier).inserted {
        arrived.twice.append(number)
      } else if !isDuplicate {
        faults.append("\(number) again, and not as a duplicate")
      }
      answers.append(.pubrec(identifier))
    }
  }

  /// A broker that has forgotten gets QoS 1 without DUP.
  private var mayArriveAnew: Set<UInt16> = []

  private mutating func finish(_ identifier: UInt16, _ qos: UInt8) {
    guard let index = outgoing.firstIndex(where: { $0.identifier == identifier && $0.qos == qos })
    else { return faults.append("identifier \(identifier) acknowledged for nothing") }
    outgoing.remove(at: index)
  }

  private func said(_ word: Word) -> [UInt8] {
    func acknowledgement(_ first: UInt8, _ identifier: UInt16) -> [UInt8] {
      [first, 0x02, UInt8(identifier >> 8), UInt8(identifier & 0xFF)]
    }
    switch word {
    case .publish(let qos, let isDuplicate, let identifier, let number):
      let flags = 0x30 | qos << 1 | (isDuplicate ? 0x08 : 0x00)
      return [flags, isVersion5 ? 0x08 : 0x07, 0x00, 0x01, 0x74]
        + [UInt8(identifier >> 8), UInt8(identifier & 0xFF)] + (isVersion5 ? [0x00] : [])
        + [UInt8(number >> 8), UInt8(number & 0xFF)]
    case .puback(let identifier): return acknowledgement(0x40, identifier)
    case .pubrec(let identifier): return acknowledgement(0x50, identifier)
    case .pubrel(let identifier): return acknowledgement(0x62, identifier)
    case .pubcomp(let identifier): return acknowledgement(0x70, identifier)
    }
  }

  private func word(_ first: UInt8, _ body: [UInt8]) -> Word? {
    func number(_ index: Int) -> UInt16 { UInt16(body[index]) << 8 | UInt16(body[index + 1]) }
    // 0x92 behind a PUBREL or PUBCOMP says that the identifier was not known.
    let isAcknowledgement = body.count == 2 || isVersion5 && body.count == 3 && body[2] == 0x92
    switch (first, isAcknowledgement) {
    case (0x40, true): return .puback(number(0))
    case (0x50, true): return .pubrec(number(0))
    case (0x62, true): return .pubrel(number(0))
    case (0x70, true): return .pubcomp(number(0))
    case (0x32, false), (0x34, false), (0x3A, false), (0x3C, false):
      guard body.count == (isVersion5 ? 8 : 7), Array(body[..<3]) == [0x00, 0x01, 0x74] else {
        return nil
      }
      return .publish(
        qos: first >> 1 & 0x03, isDuplicate: first & 0x08 != 0, identifier: number(3),
        number: number(isVersion5 ? 6 : 5))
    default: return nil
    }
  }
}
