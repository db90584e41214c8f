extension GatewayConfiguration {
  /// The configuration in a gateway's YAML file, with the profiles that it names.
  ///
  /// The first thing that is wrong, in the gateway's file or in a profile, ends it.
  /// - Parameters:
  ///   - bytes: the file's content.
  ///   - file: the file's name, for errors.
  ///   - profile: gives the file of a profile by the profile's name, which has only lower-case
  ///     letters, digits, '-' and '.', and does not begin with a '.'. Called once for each name.
  /// - Throws: what is wrong, where, and what was expected.
  public static func parse(
    _ bytes: [UInt8], file: String,
    profile: (String) throws(ProfileLookupError) -> ProfileSource
  ) throws(ConfigurationError) -> GatewayConfiguration {
    let what = "a gateway configuration"
    let top = try YAMLParser.parse(bytes, file: file, expecting: what)
      .mapping(
        what,
        keys: [
          "gateway", "broker", "queue", "clock", "status", "topic", "payload", "buses", "devices",
        ])
    let gateway = try top.required("gateway").name("a name for the gateway", .topicLevel)
    let broker = try Broker(top.required("broker"), gateway: gateway)
    let queue = try top["queue"].map(Queue.init(_:)) ?? Queue()
    let isClockTrusted =
      try top["clock"].map { (node) throws(ConfigurationError) in
        try node.choice([("kernel", false), ("trusted", true)])
      } ?? false
    let status = try top["status"].map(StatusSettings.init(_:)) ?? StatusSettings()

    var buses = BusList()
    for entry in try top.required("buses").mapping("a mapping of buses").entries {
      try buses.add(entry)
    }
    var sampling = Sampling()
    if let node = top["topic"] { sampling.topic = try TopicTemplate(node) }
    if let node = top["payload"] { sampling.payload = try Sampling.Payload(node) }
    var devices = DeviceList(
      buses: buses, sampling: sampling, common: [top["topic"], top["payload"]].compactMap { $0 })
    for entry in try top.required("devices").mapping("a mapping of devices").entries {
      try devices.add(entry, profile: profile)
    }
    return GatewayConfiguration(
      gateway: gateway, broker: broker, queue: queue, isClockTrusted: isClockTrusted,
      status: status, buses: devices.buses.buses, devices: devices.devices)
  }
}
