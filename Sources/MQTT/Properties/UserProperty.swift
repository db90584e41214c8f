/// A name and a value whose meaning is the users' own (MQTT 5.0, 1.5.7).
///
/// The same name may come more than once; the order is kept.
public struct UserProperty: Equatable, Sendable {
  /// What it is called.
  public var name: EncodedString
  /// What it says.
  public var value: EncodedString

  /// A pair of strings.
  public init(name: EncodedString, value: EncodedString) {
    self.name = name
    self.value = value
  }

  /// A pair of texts.
  /// - Throws: what `EncodedString` throws.
  public init(_ name: String, _ value: String) throws(PacketError) {
    self.name = try EncodedString(name)
    self.value = try EncodedString(value)
  }
}
