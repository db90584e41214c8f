/// An I2C adapter of this machine.
public struct I2CPort: Equatable, Sendable {
  /// Its device, e.g. `/dev/i2c-1`; best by a name that a replugged adapter gets again.
  public var path: String

  /// An adapter by its path.
  public init(path: String) {
    self.path = path
  }

  /// Reads a bus's key `i2c`.
  init(_ node: Node) throws(ConfigurationError) {
    let what = "the path of an I2C adapter, such as /dev/i2c-1"
    let path = try node.text(what)
    guard path.utf8.first == Byte.slash else { throw node.mismatch(expected: what) }
    self.init(path: path)
  }
}
