internal import Configuration
internal import Pipeline
internal import System
internal import Telemetry

/// `godwit read`: reads one device once, for people.
public enum ReadTool {
  private enum Option {
    case config, profiles, profile, bus, unit, address, json, verbose, help
  }

  private struct Request {
    var device: String?
    var config = ConfigurationFile.standardPath
    var profiles: [String] = []
    var profile: String?
    var bus: String?
    var keys: [String] = []
    var wantsJSON = false
    var isVerbose = false
  }

  /// Runs the tool with its words, the command's name first.
  public static func run(_ words: [String]) -> ExitStatus {
    do throws(Refusal) {
      guard let request = try parse(words) else {
        print("\(help)", to: .standardOutput)
        return .success
      }
      let (configuration, index) = try find(request)
      return tell(OneReading(configuration, device: index), configuration.devices[index], request)
    } catch {
      return refuse("read", error)
    }
  }

  /// - Returns: nil where help is wanted.
  private static func parse(_ words: [String]) throws(Refusal) -> Request? {
    var request = Request()
    let parsed = try arguments(
      words,
      [
        .init(Option.config, "config"), .init(.profiles, "profiles"), .init(.profile, "profile"),
        .init(.bus, "bus"), .init(.unit, "unit"), .init(.address, "address"),
        .init(.json, "json", takesValue: false), .init(.verbose, "verbose", takesValue: false),
        .init(.help, "help", takesValue: false),
      ])
    for (option, value) in parsed.options {
      switch option {
      case .config: request.config = value
      case .profiles: request.profiles.append(value)
      case .profile: request.profile = value
      case .bus: request.bus = value
      case .unit: request.keys.append("unit: " + value)
      case .address: request.keys.append("address: " + value)
      case .json: request.wantsJSON = true
      case .verbose: request.isVerbose = true
      case .help: return nil
      }
    }
    guard parsed.operands.count < 2 else {
      throw Refusal(text: "unexpected word '\(parsed.operands[1])'")
    }
    request.device = parsed.operands.first
    return request
  }

  private static func find(
    _ request: Request
  ) throws(Refusal) -> (GatewayConfiguration, device: Int) {
    guard let name = request.device else {
      guard let profile = request.profile, let bus = request.bus else {
        throw Refusal(text: "expected a device of the configuration, or --profile and --bus")
      }
      return (
        try ofFile { () throws(ConfigurationFile.LoadError) in
          try ConfigurationFile.device(
            profile: profile, bus: bus, keys: request.keys, profileFolders: request.profiles)
        }, 0
      )
    }
    guard request.profile == nil, request.bus == nil, request.keys.isEmpty else {
      throw Refusal(
        text: "expected a device of the configuration, or --profile and --bus, not both")
    }
    let configuration = try ofFile { () throws(ConfigurationFile.LoadError) in
      try ConfigurationFile.load(
        request.config, profileFolders: request.profiles, missingSecrets: .assumed)
    }
    guard let index = configuration.devices.firstIndex(where: { $0.name == name }) else {
      let names = configuration.devices.map { $0.name }.joined(separator: ", ")
      throw Refusal(text: "there is no device '\(name)' in \(request.config), only: \(names)")
    }
    return (configuration, index)
  }

  private static func tell(
    _ reading: OneReading, _ device: Device, _ request: Request
  ) -> ExitStatus {
    let text =
      request.wantsJSON
      ? ReadingReport.json(reading, device, isVerbose: request.isVerbose)
      : ReadingReport.table(reading, isVerbose: request.isVerbose)
    print(text, to: .standardOutput)
    if reading.needsGateway {
      print(
        "godwit read: pulses and their times are known to a gateway that runs, not at one moment\n",
        to: .standardError)
    }
    return reading.isWhole ? .success : .failure
  }

  private static let help: StaticString = """
    Usage: godwit read DEVICE [OPTION]...
           godwit read --profile NAME --bus BUS [OPTION]...

    Reads all points of a device once and tells the values. Nothing of it is published or kept. A
    gateway that runs on the same serial line has to be stopped.

      DEVICE             a device of the configuration
      --config FILE      the configuration; by default /etc/godwit/godwit.yaml
      --profile NAME     a device that no configuration tells of: its profile, or a profile's file
                         where NAME has a slash in it
      --bus BUS          where it is: as in a configuration, e.g. 'modbus-rtu: /dev/ttyUSB0, baud: 9600',
                         or only a serial port, or HOST[:PORT] for Modbus TCP
      --unit NUMBER      its unit identifier, by default the profile's
      --address NUMBER   its address on an I2C bus
      --profiles FOLDER  look for device profiles here first; may be repeated
      --json             one JSON object
      -v, --verbose      also what the device has sent for each value
      --help             this text

    Exit status: 0 all points have a value, 1 some have none, 2 wrong command line or configuration.

    """
}
