internal import CGPIO
internal import System

/// The GPIO chips of this machine.
public enum GPIOChipList {
  /// A chip and its lines, for people.
  public struct Chip: Equatable, Sendable {
    /// Its own name, such as gpiochip0.
    public let name: String
    /// Its driver's name for it.
    public let label: String
    /// Why its lines are not known; nil where they are.
    public var failure: String?
    /// Its lines, by their numbers.
    public var lines: [Line] = []

    /// A chip of which no line is known yet.
    public init(name: String, label: String, failure: String? = nil) {
      self.name = name
      self.label = label
      self.failure = failure
    }
  }

  /// A line of a chip, for people.
  public struct Line: Equatable, Sendable {
    /// Its name; empty where it has none.
    public let name: String
    /// Who has it; nil where it is free.
    public let holder: String?
    /// Whether it drives, and is not read.
    public let isOutput: Bool

    /// A line from its parts.
    public init(name: String, holder: String?, isOutput: Bool) {
      self.name = name
      self.holder = holder
      self.isOutput = isOutput
    }
  }

  /// More chips than these are no machine's.
  private static let chipsMax = 256
  private static let folder = "/dev"
  private static let prefix = "gpiochip"

  /// All chips, in the order of their numbers, with what is known of their lines. Nothing is taken or
  /// changed.
  public static func all() -> [Chip] {
    var chips: [Chip] = []
    for name in names() {
      var opened: OpaquePointer?
      let failure = open("\(folder)/\(name)", &opened)
      guard failure == 0, let opened else {
        chips.append(
          Chip(name: name, label: "", failure: Errno(-failure).text))
        continue
      }
      var chip = Chip(name: name, label: String(cString: cgpio_chip_label(opened)))
      for offset in 0..<cgpio_chip_line_count(opened) {
        var info = cgpio_line_info()
        guard cgpio_chip_line_info(opened, offset, &info) == 0 else { break }
        chip.lines.append(
          Line(
            name: info.nameText, holder: info.is_used != 0 ? info.holder : nil,
            isOutput: info.is_output != 0))
      }
      cgpio_chip_close(opened)
      chips.append(chip)
    }
    return chips
  }

  /// The file of a chip by its path, its name or its label; nil where there is none.
  static func path(of name: String) -> String? {
    if name.utf8.first == UInt8(ascii: "/") { return name }
    let direct = "\(folder)/\(name)"
    if !name.utf8.contains(UInt8(ascii: "/")), Files.exists(direct) { return direct }
    for candidate in names() {
      var opened: OpaquePointer?
      guard open("\(folder)/\(candidate)", &opened) == 0, let opened else { continue }
      let isIt = String(cString: cgpio_chip_label(opened)) == name
      cgpio_chip_close(opened)
      if isIt { return "\(folder)/\(candidate)" }
    }
    return nil
  }

  static func open(_ path: String, _ chip: inout OpaquePointer?) -> Int32 {
    path.withCString { cgpio_chip_open($0, &chip) }
  }

  private static func names() -> [String] {
    var names: [String] = []
    // A machine without the folder has no chips.
    try? Files.forEachName(in: folder) { name in
      if name.utf8.starts(with: prefix.utf8) { names.append(name) }
      return names.count < chipsMax
    }
    return names.sorted { number($0) < number($1) }
  }

  private static func number(_ name: String) -> Int {
    Int(String(decoding: name.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)) ?? .max
  }
}

extension cgpio_line_info {
  var nameText: String {
    withUnsafePointer(to: name) { pointer in
      pointer.withMemoryRebound(to: CChar.self, capacity: 32) { String(cString: $0) }
    }
  }

  /// Who has it; empty where nobody is named.
  var holder: String {
    withUnsafePointer(to: consumer) { pointer in
      pointer.withMemoryRebound(to: CChar.self, capacity: 32) { String(cString: $0) }
    }
  }
}
