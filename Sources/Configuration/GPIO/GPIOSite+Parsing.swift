extension GPIOSite {
  /// The keys of a device that are about this.
  static let keys = ["line", "lines", "options"] + LineSettings.keys

  /// The kernel's names have 31 bytes (linux/gpio.h, GPIO_MAX_NAME_SIZE).
  private static let nameBytesMax = 31
  /// No chip has more: an expander has 40, a processor some hundred.
  private static let offsetMax = 4_095

  /// Reads a device's keys: `line: GPIO17` of a profile with one line, or `lines: {tip: 17}`.
  init(_ mapping: Mapping, _ profile: GPIOProfile) throws(ConfigurationError) {
    var lines: [Line?] = profile.lines.map { _ in nil }
    if let node = mapping["line"] {
      guard profile.lines.count == 1 else {
        let names = Words.list(profile.lines.map { $0.name }, conjunction: "and")
        throw node.place.error("the profile has the lines \(names), expected 'lines' for them")
      }
      if let other = mapping["lines"] { throw other.place.error("expected 'line' or 'lines'") }
      var settings = profile.lines[0].settings
      try settings.read(mapping)
      lines[0] = Line(place: try GPIOSite.place(node), settings: settings)
    } else {
      for key in LineSettings.keys {
        if let node = mapping[key] { throw node.place.error("'\(key)' without a key 'line'") }
      }
      guard let node = mapping["lines"] else {
        throw mapping.place.error("missing key '\(lines.count == 1 ? "line" : "lines")'")
      }
      for entry in try node.mapping("a mapping of the profile's lines to the chip's").entries {
        try GPIOSite.read(entry, profile, &lines)
      }
    }
    for (index, line) in lines.enumerated() where line == nil {
      throw (mapping["lines"]?.place ?? mapping.place).error(
        "missing line '\(profile.lines[index].name)'")
    }
    self.lines = lines.compactMap { $0 }
    options = try NumberOption.values(mapping["options"], of: profile.options)
  }

  private static func read(
    _ entry: Node.Entry, _ profile: GPIOProfile, _ lines: inout [Line?]
  ) throws(ConfigurationError) {
    guard let index = profile.lines.firstIndex(where: { $0.name == entry.key.text }) else {
      throw entry.key.place.error(
        "unknown line \(Excerpt.quoting(entry.key.text))"
          + Suggestion.ending(for: entry.key.text, among: profile.lines.map { $0.name }))
    }
    var settings = profile.lines[index].settings
    var node = entry.value
    if case .mapping = node.content {
      let own = try node.mapping("a line", keys: ["line"] + LineSettings.keys)
      try settings.read(own)
      node = try own.required("line")
    }
    lines[index] = Line(place: try place(node), settings: settings)
  }

  /// Reads a line's number or name.
  private static func place(_ node: Node) throws(ConfigurationError) -> Place {
    if case .scalar(let text, isQuoted: false) = node.content, let offset = NumberText.integer(text)
    {
      guard (0...Int64(offsetMax)).contains(offset) else {
        throw node.mismatch(expected: "a line's number from 0 to \(offsetMax), or its name")
      }
      return .offset(UInt32(truncatingIfNeeded: offset))
    }
    return .name(try node.text("a line's number or name", bytesMax: nameBytesMax))
  }
}
