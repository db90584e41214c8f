internal import Configuration

/// Finds a device of the kernel by its name: the numbers in its paths change from start to start.
enum SysfsFinder {
  /// The folder of the first of the site's names that is there.
  static func folder<Tree: SysfsTree & ~Copyable>(
    of site: SysfsSite, _ place: SysfsProfile.Place, in tree: inout Tree
  ) throws(SysfsError) -> String {
    let entries = try tree.names(in: place.folder)
    let known = named(entries, place, &tree)
    for wanted in site.names {
      var found: [String] = []
      for (entry, name) in known where matches(name, wanted) {
        let path = "\(place.folder)/\(entry)"
        if let at = site.at {
          // A device without the link is not the one that is meant.
          guard let target = try? tree.target(ofLink: "\(path)/device"), target == at else {
            continue
          }
        }
        found.append(path)
      }
      if found.count == 1 { return found[0] }
      if found.count > 1 { throw .ambiguous(found.count) }
    }
    throw .notFound
  }

  /// The devices of a kind with their names, in the order of their folders' names.
  static func all<Tree: SysfsTree & ~Copyable>(
    _ place: SysfsProfile.Place, in tree: inout Tree
  ) throws(SysfsError) -> [(folder: String, name: String)] {
    let entries = try tree.names(in: place.folder)
    return named(entries, place, &tree).map { ("\(place.folder)/\($0.entry)", $0.name) }
  }

  private static func named<Tree: SysfsTree & ~Copyable>(
    _ entries: [String], _ place: SysfsProfile.Place, _ tree: inout Tree
  ) -> [(entry: String, name: String)] {
    var known: [(entry: String, name: String)] = []
    for entry in entries where entry.utf8.starts(with: place.prefix.utf8) {
      guard let file = place.nameFile else {
        // What begins a bus's own master begins no device.
        if !entry.utf8.starts(with: "w1_bus_master".utf8) { known.append((entry, entry)) }
        continue
      }
      // A device that goes away while it is looked for has no name any more.
      guard let content = try? tree.read("\(place.folder)/\(entry)/\(file)") else { continue }
      let line = content.prefix { $0 != UInt8(ascii: "\n") }
      known.append((entry, String(decoding: line, as: UTF8.self)))
    }
    return known.sorted { $0.entry < $1.entry }
  }

  private static func matches(_ name: String, _ wanted: String) -> Bool {
    guard wanted.utf8.last == UInt8(ascii: "*") else { return name == wanted }
    return name.utf8.starts(with: wanted.utf8.dropLast())
  }
}

extension SysfsProfile.Place {
  /// Where its devices are.
  var folder: String {
    switch self {
    case .hwmon: "class/hwmon"
    case .iio: "bus/iio/devices"
    case .thermal: "class/thermal"
    case .oneWire: "bus/w1/devices"
    }
  }

  /// What the names of their folders begin with.
  fileprivate var prefix: String {
    switch self {
    case .hwmon: "hwmon"
    case .iio: "iio:device"
    case .thermal: "thermal_zone"
    case .oneWire: ""
    }
  }

  /// The file that has a device's name; nil where its folder's name is it.
  fileprivate var nameFile: String? {
    switch self {
    case .hwmon, .iio: "name"
    case .thermal: "type"
    case .oneWire: nil
    }
  }
}
