internal import Configuration
internal import Pipeline
internal import System

/// `godwit check`: reads a configuration whole and tells what it will do.
struct CheckCommand {
  private enum Option {
    case config, profiles, verbose, help
  }

  private static let help: StaticString = """
    Usage: godwit check --config FILE [OPTION]...

    Reads a configuration and all profiles that it names, and opens nothing. Tells what is wrong,
    where and what was expected, or how busy each bus will be and which readings it has no time for.
    Secrets that are not there for who checks (!credential, !file, !environment) are passed over.

      --config FILE      the configuration (YAML)
      --profiles FOLDER  look for device profiles here first; may be repeated, as for 'godwit run'
      -v, --verbose      every request that will be made, and what it brings
      --help             this text

    Exit status: 0 it is in order, 1 a bus is too busy, 2 it is wrong.

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
    var profiles: [String] = []
    var isVerbose = false
    let given = try Command.options(
      words.map { $0 == "-v" ? "--verbose" : $0 },
      [
        .init(Option.config, "config"), .init(.profiles, "profiles"),
        .init(.verbose, "verbose", takesValue: false), .init(.help, "help", takesValue: false),
      ])
    for (option, value) in given {
      switch option {
      case .config: config = value
      case .profiles: profiles.append(value)
      case .verbose: isVerbose = true
      case .help:
        print("\(help)", to: .standardOutput)
        return .success
      }
    }
    guard let config else { throw Command.Refusal(text: "--config is missing") }
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
