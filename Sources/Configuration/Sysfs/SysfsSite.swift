/// Which of the kernel's devices a device is.
public struct SysfsSite: Equatable, Sendable {
  /// The names by which it is known; the first that is there counts. One that ends with * is the
  /// beginning of a name.
  public var names: [String]
  /// The last part of what its folder's link `device` leads to, such as `1-0076`; nil for any. It
  /// tells devices of one name apart.
  public var at: String?
  /// What the installation has chosen, in the order of the profile's options.
  public var options: [Double]

  /// A site from its parts.
  public init(names: [String], at: String? = nil, options: [Double] = []) {
    self.names = names
    self.at = at
    self.options = options
  }
}

extension SysfsSite {
  /// The keys of a device that are about this.
  static let keys = ["name", "at", "options"]

  /// Reads a device's keys.
  init(_ mapping: Mapping, _ profile: SysfsProfile) throws(ConfigurationError) {
    if let node = mapping["name"] {
      names = [try node.text("a name such as cpu-thermal")]
    } else {
      names = profile.names
      if names.isEmpty { _ = try mapping.required("name") }
    }
    at = try mapping["at"]?.text("the last part of a path such as 1-0076")
    options = try NumberOption.values(mapping["options"], of: profile.options)
  }
}
