/// The properties of PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK and UNSUBACK (MQTT 5.0, 3.4.2.2, 3.5.2.2,
/// 3.6.2.2, 3.7.2.2, 3.9.2.1, 3.11.2.1).
public struct AcknowledgementProperties: Equatable, Sendable {
  /// What happened, for people who look for a fault.
  public var reasonString: EncodedString?
  /// What else there is to say.
  public var userProperties: [UserProperty]

  /// Those given.
  public init(reasonString: EncodedString? = nil, userProperties: [UserProperty] = []) {
    self.reasonString = reasonString
    self.userProperties = userProperties
  }
}

extension AcknowledgementProperties: PropertyList {
  /// None.
  public init() { self.init(reasonString: nil) }

  func check(in place: PropertyPlace) throws(PacketError) {}

  func write<Output: PacketOutput & ~Copyable & ~Escapable>(to output: inout Output) {
    output.append(.reasonString, reasonString?.utf8)
    output.append(userProperties)
  }

  mutating func read(
    _ identifier: PropertyIdentifier, _ reader: inout PacketReader, in place: PropertyPlace
  ) throws(PacketError) -> Bool {
    switch identifier {
    case .reasonString: reasonString = try reader.string()
    case .userProperty: userProperties.append(try reader.userProperty())
    default: return false
    }
    return true
  }
}
