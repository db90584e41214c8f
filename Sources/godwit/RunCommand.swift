internal import Configuration
internal import Pipeline
internal import System

/// `godwit run`: the gateway itself.
struct RunCommand {
  private enum Option {
    case config, profiles, logLevel, report, help
  }

  private static let help: StaticString = """
    Usage: godwit run [OPTION]...

    Reads the devices of the configuration, keeps the readings in the queue on disk and publishes
    them. Starts with no broker and no device reachable, and goes on until they are. SIGTERM stops
    it in good order within 5 s. SIGHUP reads the configuration again: what is the same in it goes
    on without a gap, and where it is wrong the old one stays. SIGUSR1 and SIGUSR2 log more and less.

      --config FILE      the configuration (YAML; /etc/godwit/godwit.yaml)
      --profiles FOLDER  look for device profiles here first; may be repeated. After these:
                         device-profiles beside FILE, /etc/godwit/device-profiles,
                         /usr/share/godwit/device-profiles
      --log-level LEVEL  error, warning, notice, info (default) or debug
      --report DURATION  log a line of totals this often, e.g. 10s
      --help             this text

    """

  private var config: String?
  private var profiles: [String] = []
  private var report: Duration?
  private var wantsHelp = false

  /// Runs the command with its words, the command's name first.
  static func run(_ words: [String]) -> Command.ExitStatus {
    do throws(Command.Refusal) {
      let command = try RunCommand(words)
      if command.wantsHelp {
        print("\(help)", to: .standardOutput)
        return .success
      }
      return command.run(command.config ?? ConfigurationFile.standardPath)
    } catch {
      return Command.refuse("run: \(error.text)")
    }
  }

  private init(_ words: [String]) throws(Command.Refusal) {
    let given = try Command.options(
      words,
      [
        .init(Option.config, "config"), .init(.profiles, "profiles"),
        .init(.logLevel, "log-level"), .init(.report, "report"),
        .init(.help, "help", takesValue: false),
      ])
    for (option, value) in given {
      switch option {
      case .config: config = value
      case .profiles: profiles.append(value)
      case .logLevel: Log.setLevel(try RunCommand.logLevel(value))
      case .report: report = try RunCommand.reportInterval(value)
      case .help: wantsHelp = true
      }
    }
  }

  private static func logLevel(_ word: String) throws(Command.Refusal) -> Log.Level {
    guard let level = Log.Level(word) else {
      throw Command.Refusal(
        text: "log level '\(word)', expected error, warning, notice, info or debug")
    }
    return level
  }

  private static func reportInterval(_ text: String) throws(Command.Refusal) -> Duration {
    guard let interval = Duration(text: text), interval >= .milliseconds(100) else {
      throw Command.Refusal(text: "report '\(text)', expected a duration of 100 ms or more")
    }
    return interval
  }

  /// Everything that a person wrote is checked before anything is opened.
  private func run(_ config: String) -> Command.ExitStatus {
    let configuration: GatewayConfiguration
    do throws(ConfigurationFile.LoadError) {
      configuration = try ConfigurationFile.load(config, profileFolders: profiles)
    } catch {
      return Command.refuse(file: error.text)
    }
    let gateway: Gateway
    // Before the first thread, for threads inherit what is blocked.
    let signals: Signals
    do throws(Errno) {
      signals = try Signals(isService: true)
    } catch {
      return Command.fail("signals: \(error.text)")
    }
    do throws(Gateway.StartError) {
      gateway = try Gateway(configuration, version: "\(Command.version)")
    } catch {
      return Command.fail(error.text)
    }
    var service = Service(gateway, file: config, profileFolders: profiles, report: report)
    do throws(Errno) {
      return try service.run(until: signals) ? .success : .failure
    } catch {
      return Command.fail("signals: \(error.text)")
    }
  }
}
