extension Unsubscribe {
  /// The properties of UNSUBSCRIBE (MQTT 5.0, 3.10.2.1).
  public struct Properties: Equatable, Sendable {
    /// What else there is to say (3.10.2.1.2).
    public var userProperties: [UserProperty]

    /// Those given.
    public init(userProperties: [UserProperty] = []) {
      self.userProperties = userProperties
    }
  }
}

extension Unsubscribe.Properties: PropertyList {
  /// None.
  public init() { self.init(userProperties: []) }

  func check(in place: PropertyPlace) throws(PacketError) {}

  func write<Output: PacketOutput & ~Copyable & ~Escapable>(to output: inout Output) {
    output.append(userProperties)
  }

  mutating func read(
    _ identifier: PropertyIdentifier, _ reader: inout PacketReader, in place: PropertyPlace
  ) throws(PacketError) -> Bool {
    switch identifier {
    case .userProperty: userProperties.append(try reader.userProperty())
    default: return false
    }
    return true
  }
}
