extension DeviceProfile {
  /// The version of the profile language that this program reads.
  private static let language = "godwit/1"

  /// The profile in a YAML file; device-profiles/README.md tells every key.
  /// - Parameters:
  ///   - bytes: the file's content.
  ///   - file: the file's name, for errors.
  ///   - expectedID: what the profile's `id` must be, which is the file's name without `.yaml`; nil
  ///     for any.
  /// - Throws: the first thing that is wrong, where, and what was expected.
  public static func parse(
    _ bytes: [UInt8], file: String, expectedID: String?
  ) throws(ConfigurationError) -> DeviceProfile {
    let what = "a device profile"
    let top = try YAMLParser.parse(bytes, file: file, expecting: what).mapping(what)
    // Another version or another bus has other keys, so these two come first.
    _ = try top.required("profile").choice([(language, ())])
    let bus = try top.required("bus")
    let kind = try bus.choice(BusKind.allCases.map { ($0.word, $0) })
    try top.refuseKeys(
      besides: ["profile", "id", "revision", "title", "bus", "refs", "poll", "points", "tests"]
        + keys(of: kind))

    let id = try identifier(top.required("id"), expected: expectedID)
    let revision = try top.required("revision").integer("a revision", in: 1...1_000_000)
    let title = try top.required("title").text("a title")
    let references = try references(top.required("refs"))
    let pollClasses = try top["poll"].map(PollClass.list(_:)) ?? [.standard]
    let (body, points) = try body(top, of: kind, pollClasses)
    return DeviceProfile(
      id: id, revision: revision, title: title, references: references, pollClasses: pollClasses,
      points: points, body: body)
  }

  private static func keys(of kind: BusKind) -> [String] {
    switch kind {
    case .modbus: ModbusProfile.keys
    case .gpio: GPIOProfile.keys
    case .sysfs: SysfsProfile.keys
    case .i2c: I2CProfile.keys
    }
  }

  private static func body(
    _ top: Mapping, of kind: BusKind, _ pollClasses: [PollClass]
  ) throws(ConfigurationError) -> (Body, [Point]) {
    switch kind {
    case .modbus:
      let profile = try ModbusProfile(top, pollClasses: pollClasses)
      return (.modbus(profile), profile.points.map { $0.shown })
    case .i2c:
      let profile = try I2CProfile(top, pollClasses: pollClasses)
      return (.i2c(profile), profile.points.map { $0.shown })
    case .gpio:
      let (profile, points) = try GPIOProfile.read(top, pollClasses: pollClasses)
      return (.gpio(profile), points)
    case .sysfs:
      let (profile, points) = try SysfsProfile.read(top, pollClasses: pollClasses)
      return (.sysfs(profile), points)
    }
  }

  private static func identifier(
    _ node: Node, expected: String?
  ) throws(ConfigurationError) -> String {
    let id = try node.name("an id", .file)
    if let expected, id != expected {
      throw node.place.error("id '\(id)' in the file of another, expected '\(expected)'")
    }
    return id
  }

  private static func references(_ node: Node) throws(ConfigurationError) -> [String] {
    var references: [String] = []
    for item in try node.items("a list of documents") {
      references.append(try item.text("the name of a document"))
    }
    guard !references.isEmpty else { throw node.place.error("expected at least one document") }
    return references
  }
}

extension PollClass {
  /// The class of a profile that names none.
  static let standard = PollClass(name: "normal", interval: .seconds(5))
  /// A reading bears every point that is due, and more classes than these only blur that.
  private static let classesMax = 16

  /// Reads the key `poll`, e.g. `{fast: 1 s, slow: 60 s}`.
  static func list(_ node: Node) throws(ConfigurationError) -> [PollClass] {
    var classes: [PollClass] = []
    for entry in try node.mapping("a mapping of poll classes").entries {
      let name = try entry.key.name("a name for the poll class", .identifier)
      guard classes.count < classesMax else {
        throw entry.key.place.error("too many poll classes, expected at most \(classesMax)")
      }
      classes.append(
        PollClass(name: name, interval: try entry.value.duration(in: DeviceList.everyRange)))
    }
    guard !classes.isEmpty else { throw node.place.error("expected at least one poll class") }
    return classes
  }
}
