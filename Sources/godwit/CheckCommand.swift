internal import Configuration
internal import Pipeline
internal import ProfileCheck
internal import System

/// `godwit check`: reads a configuration whole and tells what it will do, or runs the tests of
/// profiles.
struct CheckCommand {
  private enum Option {
    case config, profile, profiles, verbose, help
  }

  private static let help: StaticString = """
    Usage: godwit check --config FILE [OPTION]...
           godwit check --profile FILE...

    Reads a configuration and all profiles that it names, and opens nothing. Tells what is wrong,
    where and what was expected, or how busy each bus will be and which readings it has no time for.
    Secrets that are not there for who checks (!credential, !file, !environment) are passed over.

      --config FILE      the configuration (YAML)
      --profiles FOLDER  look for device profiles here first; may be repeated, as for 'godwit run'
      -v, --verbose      every request that will be made, and what it brings
      --profile FILE...  device profiles instead: what is wrong in them, and whether their own
                         examples (the key tests) come out, a line each
      --help             this text

    Exit status: 0 it is in order, 1 a bus is too busy or an example does not come out, 2 it is wrong.

    """

  /// Runs the command with its words, the command's name first.
  static func run(_ words: [String]) -> Command.ExitStatus {
    do throws(Command.Refusal) {
      return try check(words)
    } catch {
      return Command.refuse("check: \(error.text)")
    }
  }

  private static func check(_ words: [String]) throws(Command.Refusal) -> Command.ExitStatus {
    var config: String?
    var files: [String] = []
    var profiles: [String] = []
    var isVerbose = false
    let parsed = try Command.parse(
      words.map { $0 == "-v" ? "--verbose" : $0 },
      [
        .init(Option.config, "config"), .init(.profile, "profile"), .init(.profiles, "profiles"),
        .init(.verbose, "verbose", takesValue: false), .init(.help, "help", takesValue: false),
      ])
    for (option, value) in parsed.options {
      switch option {
      case .config: config = value
      case .profile: files.append(value)
      case .profiles: profiles.append(value)
      case .verbose: isVerbose = true
      case .help:
        print("\(help)", to: .standardOutput)
        return .success
      }
    }
    guard files.isEmpty else {
      guard config == nil else {
        throw Command.Refusal(text: "expected --config or --profile, not both")
      }
      return Command.ExitStatus(ProfileCheckTool.run(files + parsed.operands))
    }
    try Command.refuse(operands: parsed.operands)
    guard let config else { throw Command.Refusal(text: "--config or --profile is missing") }
    let configuration: GatewayConfiguration
    do throws(ConfigurationFile.LoadError) {
      configuration = try ConfigurationFile.load(
        config, profileFolders: profiles, missingSecrets: .assumed)
    } catch {
      return Command.refuse(file: error.text)
    }
    return tell(configuration, config, isVerbose: isVerbose)
  }

  private static func tell(
    _ configuration: GatewayConfiguration, _ file: String, isVerbose: Bool
  ) -> Command.ExitStatus {
    print(
      "\(file) is in order: gateway \(configuration.gateway), \(configuration.buses.count) buses,"
        + " \(configuration.devices.count) devices\n", to: .standardOutput)
    for warning in ConfigurationFile.warnings(of: configuration, in: file) {
      print("\(warning)\n", to: .standardError)
    }
    var isTooBusy = false
    for index in configuration.buses.indices {
      let report = BusReport(configuration, bus: index)
      print(report.summary, to: .standardOutput)
      if isVerbose { print(report.plan, to: .standardOutput) }
      if report.isTooBusy { isTooBusy = true }
    }
    return isTooBusy ? .failure : .success
  }
}

extension Command.ExitStatus {
  fileprivate init(_ status: ProfileCheckTool.ExitStatus) {
    switch status {
    case .success: self = .success
    case .failure: self = .failure
    case .usage: self = .usage
    }
  }
}
