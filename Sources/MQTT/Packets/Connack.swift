/// CONNACK: the server's answer to CONNECT (3.2).
public struct Connack: Equatable, Sendable {
  /// Whether the server knows the client from before (3.2.2.2; MQTT 5.0, 3.2.2.1.1).
  public var sessionPresent: Bool
  /// Whether it takes the connection, or why not (MQTT 5.0, 3.2.2.2). The return codes of 3.1.1 come
  /// as the reason codes that mean the same.
  public var reasonCode: ReasonCode
  /// What 5.0 says besides (3.2.2.3).
  public var properties: Properties

  /// An answer.
  public init(
    sessionPresent: Bool, reasonCode: ReasonCode, properties: Properties = Properties()
  ) {
    self.sessionPresent = sessionPresent
    self.reasonCode = reasonCode
    self.properties = properties
  }

  /// An answer of 3.1.1.
  public init(sessionPresent: Bool, returnCode: ReturnCode) {
    self.init(sessionPresent: sessionPresent, reasonCode: returnCode.reasonCode)
  }

  /// The reason code as 3.1.1 says it; nil where it has none for it.
  public var returnCode: ReturnCode? { ReturnCode(reasonCode) }
}

extension Connack: PacketContent {
  static var type: PacketType { .connack }

  func check(_ version: ProtocolVersion) throws(PacketError) {
    if version == .v311, returnCode == nil {
      throw .reasonCodeInVersion311(.connack, reasonCode)
    }
    if version == .v5 { try reasonCode.check(in: .connack, version) }
    guard reasonCode == .success || !sessionPresent else { throw .sessionPresentInRefusal }
    try properties.check(in: .packet(.connack), version)
  }

  func write<Output: PacketOutput & ~Copyable & ~Escapable>(
    to output: inout Output, _ version: ProtocolVersion
  ) {
    output.append(sessionPresent ? 1 : 0)
    switch version {
    case .v311: output.append(returnCode?.rawValue ?? reasonCode.rawValue)
    case .v5: output.append(reasonCode.rawValue)
    }
    properties.write(to: &output, version)
  }

  init(
    _ header: FixedHeader, _ reader: inout PacketReader, _ version: ProtocolVersion
  ) throws(PacketError) {
    let acknowledgeFlags = try reader.byte()
    guard acknowledgeFlags & 0xFE == 0 else { throw .reservedConnackFlags(acknowledgeFlags) }
    sessionPresent = acknowledgeFlags == 1
    switch version {
    case .v311:
      let code = try reader.byte()
      guard let returnCode = ReturnCode(rawValue: code) else { throw .reservedReturnCode(code) }
      reasonCode = returnCode.reasonCode
    case .v5: reasonCode = try reader.reasonCode()
    }
    properties = try Properties(&reader, in: .packet(.connack), version)
    try check(version)
  }
}
