/// What the properties of the packets have in common, so that each kind needs to know only its own.
protocol PropertyList {
  /// No properties.
  init()

  /// Refuses a value that must not be sent, or not have been received.
  func check(in place: PropertyPlace) throws(PacketError)

  /// Appends all properties, in the order of the specification's sections.
  func write<Output: PacketOutput & ~Copyable & ~Escapable>(to output: inout Output)

  /// Takes the property that `identifier` announced.
  /// - Returns: false where there is no such property here.
  mutating func read(
    _ identifier: PropertyIdentifier, _ reader: inout PacketReader, in place: PropertyPlace
  ) throws(PacketError) -> Bool
}

extension PropertyList {
  /// Whether there is none.
  var isEmpty: Bool { length == 0 }

  /// The length in bytes of what `write` appends.
  private var length: Int {
    var count = ByteCount()
    write(to: &count)
    return count.count
  }

  /// In 3.1.1 there must be none: what cannot be said is not silently left out.
  func check(in place: PropertyPlace, _ version: ProtocolVersion) throws(PacketError) {
    switch version {
    case .v311: guard isEmpty else { throw .propertiesInVersion311(place) }
    case .v5: try check(in: place)
    }
  }

  /// Appends the properties with their length before them; nothing in 3.1.1.
  func write<Output: PacketOutput & ~Copyable & ~Escapable>(
    to output: inout Output, _ version: ProtocolVersion
  ) {
    guard version == .v5 else { return }
    output.append(variableByteInteger: length)
    write(to: &output)
  }

  /// Reads the length and the properties (MQTT 5.0, 2.2.2); nothing in 3.1.1.
  init(
    _ reader: inout PacketReader, in place: PropertyPlace, _ version: ProtocolVersion
  ) throws(PacketError) {
    self.init()
    guard version == .v5, !reader.skipEmptyProperties() else { return }
    try reader.beginProperties()
    // One bit for every identifier, all of which are below 64.
    var seen: UInt64 = 0
    while !reader.isAtEnd {
      let number = try reader.variableByteInteger()
      guard let identifier = UInt8(exactly: number).flatMap(PropertyIdentifier.init(rawValue:))
      else { throw .unknownProperty(number, place) }
      let bit: UInt64 = 1 << UInt64(identifier.rawValue)
      guard seen & bit == 0 || place.repeats(identifier) else {
        throw .duplicateProperty(identifier, place)
      }
      seen |= bit
      guard try read(identifier, &reader, in: place) else {
        throw .misplacedProperty(identifier, place)
      }
    }
    reader.endProperties()
  }
}
