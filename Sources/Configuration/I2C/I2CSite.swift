public import Formulas

/// Where a device is on an I2C bus, and what is chosen of it.
public struct I2CSite: Sendable {
  /// Its address of 7 bits.
  public var address: UInt8
  /// The multiplexer before it; nil where there is none.
  public var mux: I2CMux?
  /// What the options set that are not per channel.
  public var settings: [I2CSetting]
  /// The channels that can be read, in the order of the profile.
  public var channels: [Channel]
  /// Whether a configuration names the channels.
  public var namesChannels: Bool

  /// A channel and what is chosen of it.
  public struct Channel: Sendable {
    /// Its index in the profile.
    public var index: Int
    /// What the options set that are per channel.
    public var settings: [I2CSetting]
  }

  /// A device at an address, with the usual of all options.
  public init(address: UInt8, profile: I2CProfile) {
    self.init(address: address, profile.options, profile.channels)
  }

  init(address: UInt8, _ options: [I2COption], _ channels: [I2CChannel]) {
    self.address = address
    settings = []
    namesChannels = false
    var perChannel: [I2CSetting] = []
    for option in options {
      let values = I2CSetting.list(option, option.usual)
      if option.isPerChannel { perChannel += values } else { settings += values }
    }
    self.channels = channels.indices.map { Channel(index: $0, settings: perChannel) }
  }
}

/// What a slot has for a device.
public struct I2CSetting: Equatable, Sendable {
  /// Which slot.
  public let slot: Int
  /// What it has.
  public let value: FormulaValue

  static func list(_ option: I2COption, _ values: [FormulaValue]) -> [I2CSetting] {
    zip(option.slots, values).map { I2CSetting(slot: $0, value: $1) }
  }
}

/// A channel of a multiplexer such as the TCA9548A.
public struct I2CMux: Equatable, Sendable {
  /// The multiplexer's own address.
  public var address: UInt8
  /// Which of its channels, from 0.
  public var channel: UInt8
}

extension I2CSite {
  /// The keys of a device on an I2C bus.
  static let keys = ["address", "mux", "options", "channels"]

  /// Takes over what a configuration, or a profile's own example, chooses.
  mutating func choose(
    _ options: [I2COption], _ channels: [I2CChannel], _ mapping: Mapping
  ) throws(ConfigurationError) {
    if let node = mapping["options"] {
      try I2CSite.choose(&settings, options.filter { !$0.isPerChannel }, node)
    }
    guard let node = mapping["channels"] else { return }
    guard !channels.isEmpty else { throw node.place.error("the profile has no channels") }
    namesChannels = true
    var chosen: [Channel] = []
    var names: [(name: String, place: Place, options: Node?)] = []
    if case .mapping(let entries) = node.content {
      for entry in entries { names.append((entry.key.text, entry.key.place, entry.value)) }
    } else {
      for item in try node.items("a list or a mapping of channels") {
        names.append((try item.text("the name of a channel"), item.place, nil))
      }
    }
    for (name, place, options_) in names {
      guard let index = channels.firstIndex(where: { $0.name == name }) else {
        throw place.error(
          "unknown channel \(Excerpt.quoting(name))"
            + Suggestion.ending(for: name, among: channels.map { $0.name }))
      }
      guard var channel = self.channels.first(where: { $0.index == index }),
        !chosen.contains(where: { $0.index == index })
      else { throw place.error("channel '\(name)' is in the list already") }
      if let node = options_, !node.isNull {
        try I2CSite.choose(&channel.settings, options.filter { $0.isPerChannel }, node)
      }
      chosen.append(channel)
    }
    guard !chosen.isEmpty else { throw node.place.error("expected at least one channel") }
    chosen.sort { $0.index < $1.index }
    self.channels = chosen
  }

  private static func choose(
    _ settings: inout [I2CSetting], _ options: [I2COption], _ node: Node
  ) throws(ConfigurationError) {
    for entry in try node.mapping("a mapping of options").entries {
      guard let option = options.first(where: { $0.name == entry.key.text }) else {
        throw entry.key.place.error(
          "unknown option \(Excerpt.quoting(entry.key.text))"
            + Suggestion.ending(for: entry.key.text, among: options.map { $0.name }))
      }
      settings.removeAll { option.slots.contains($0.slot) }
      settings += I2CSetting.list(option, try option.values(entry.value))
    }
  }

  /// Refuses points of channels that are not read.
  func checkChannels(
    of points: [Int], _ profile: DeviceProfile, _ mapping: Mapping
  ) throws(ConfigurationError) {
    guard case .i2c(let body) = profile.body else { return }
    for index in points {
      guard let channel = body.points[index].channel,
        !channels.contains(where: { $0.index == channel })
      else { continue }
      throw (mapping["points"]?.place ?? mapping.place).error(
        "point '\(profile.points[index].name)' is of a channel that 'channels' does not have")
    }
  }
}

extension Node {
  /// Whether nothing stands there.
  fileprivate var isNull: Bool {
    if case .scalar("", isQuoted: false) = content { true } else { false }
  }
}

extension I2CMux {
  /// Reads `0x70/3`: the multiplexer's address and a channel.
  init(_ node: Node) throws(ConfigurationError) {
    let what = "a multiplexer's address and channel such as 0x70/3"
    let text = Array(try node.text(what).utf8)
    guard let slash = text.firstIndex(of: Byte.slash),
      let address = NumberText.integer(String(decoding: text[..<slash], as: UTF8.self)),
      let channel = NumberText.integer(String(decoding: text[(slash + 1)...], as: UTF8.self)),
      // TCA9548A data sheet SCPS207, 8.5.2: three address pins, eight channels.
      (0x70...0x77).contains(address), (0...7).contains(channel)
    else { throw node.mismatch(expected: what) }
    self.init(address: UInt8(address), channel: UInt8(channel))
  }
}

extension DeviceList {
  /// Reads where a device is, and what is chosen of it.
  func i2cSite(
    _ mapping: Mapping, _ name: String, at place: Place, _ profile: I2CProfile, on bus: Int
  ) throws(ConfigurationError) -> Device.Site {
    var address = profile.addresses[0]
    if let node = mapping["address"] {
      address = UInt8(
        truncatingIfNeeded: try node.integer("an address", in: I2CProfile.addressRange))
      guard profile.addresses.contains(address) else {
        throw node.mismatch(
          expected: "an address of the profile, "
            + Words.list(profile.addresses.map { HexByte.text($0) }, conjunction: "or"))
      }
    } else if profile.addresses.count > 1 {
      throw mapping.place.error(
        "missing key 'address', expected "
          + Words.list(profile.addresses.map { HexByte.text($0) }, conjunction: "or"))
    }
    var site = I2CSite(address: address, profile: profile)
    site.mux = try mapping["mux"].map(I2CMux.init(_:))
    try site.choose(profile.options, profile.channels, mapping)
    for (index, other) in devices.enumerated() where other.bus == bus {
      guard case .i2c(let there) = other.site, let clash = site.clash(with: there) else { continue }
      throw (mapping["address"]?.place ?? place).error(
        "address \(HexByte.text(clash)) on bus '\(buses.buses[bus].name)' is device"
          + " '\(other.name)' (line \(places[index].line)), expected another for '\(name)'")
    }
    return .i2c(site)
  }
}

extension I2CSite {
  /// The address to which two devices would both answer; nil where there is none.
  ///
  /// What is before the multiplexers answers whatever they are set to. What is behind different ones,
  /// or different channels, is never joined, for they are opened one at a time.
  fileprivate func clash(with other: I2CSite) -> UInt8? {
    if mux == nil || other.mux == nil || mux == other.mux, address == other.address {
      return address
    }
    if let mux, mux.address == other.address { return mux.address }
    if let mux = other.mux, mux.address == address { return address }
    return nil
  }
}
