internal import BusTools
internal import Configuration
internal import MQTTTools
internal import QueueTool
internal import StatusTool
internal import System

/// The subcommands, and what the program says of itself.
enum Command {
  /// The exit statuses of the subcommands, but for pub and sub, which have their own.
  enum ExitStatus: Int32 {
    /// All went well.
    case success = 0
    /// It could not be done.
    case failure = 1
    /// The command line or the configuration is wrong; nothing has been touched.
    case usage = 2
  }

  /// What is wrong with a command line, in words.
  struct Refusal: Error {
    let text: String
  }

  /// The version that CHANGELOG.md describes.
  static let version: StaticString = "0.1.0"

  private static let help: StaticString = """
    Usage: godwit COMMAND [OPTION]...

    The sensor gateway: reads devices, keeps the readings on disk, ships them to an MQTT broker.

      init       ask a few questions and write a configuration
      run        read the devices of a configuration and publish what they say
      status     show how a running gateway does
      check      tell what is wrong with a configuration or a profile, and how busy buses will be
      read       read a device once and show its values
      scan       look for devices, on a line or on all that this machine has
      simulate   be a Modbus device, to try a configuration without hardware
      pub        publish messages, with the options of mosquitto_pub
      sub        write the messages of some topics, with the options of mosquitto_sub
      queue      look into the queue of a gateway, and mend it

      --help     this text; 'godwit COMMAND --help' tells a command's options
      --version  the version

    Exit status: 0 done, 1 failed, 2 wrong command line or configuration; pub and sub have those of
    mosquitto's tools.

    """

  /// Takes the words of the command line, the program's name first, to the subcommand they name.
  /// - Returns: what the process is to exit with.
  static func run(_ words: [String]) -> Int32 {
    guard words.count > 1 else {
      print("\(help)", to: .standardError)
      return ExitStatus.usage.rawValue
    }
    let rest = Array(words[1...])
    switch words[1] {
    case "run": return RunCommand.run(rest).rawValue
    case "init": return InitTool.run(rest).rawValue
    case "check": return CheckCommand.run(rest).rawValue
    case "read": return ReadTool.run(rest).rawValue
    case "scan": return ScanTool.run(rest).rawValue
    case "simulate": return SimulateCommand.run(rest).rawValue
    case "pub": return PublishTool.run(Array(rest[1...])).rawValue
    case "sub": return SubscribeTool.run(Array(rest[1...])).rawValue
    case "status": return StatusTool.run(rest)
    case "queue": return QueueTool.run(rest)
    case "--help", "-h", "help":
      print("\(help)", to: .standardOutput)
      return ExitStatus.success.rawValue
    case "--version":
      print("godwit \(version)\n", to: .standardOutput)
      return ExitStatus.success.rawValue
    default:
      return refuse("there is no command '\(words[1])'; 'godwit --help' lists them").rawValue
    }
  }

  /// Tells what is wrong with the command line.
  static func refuse(_ message: String) -> ExitStatus {
    print("godwit: \(message)\n", to: .standardError)
    return .usage
  }

  /// Tells what is wrong in a file.
  static func refuse(file message: String) -> ExitStatus {
    print("\(message)\n", to: .standardError)
    return .usage
  }

  /// Tells why something could not be done.
  static func fail(_ message: String) -> ExitStatus {
    print("godwit: \(message)\n", to: .standardError)
    return .failure
  }

  /// The options among a command's words; other words are refused.
  static func options<ID: Equatable>(
    _ words: [String], _ known: [CommandLineArguments.Option<ID>]
  ) throws(Refusal) -> [(id: ID, value: String)] {
    let parsed = try parse(words, known)
    try refuse(operands: parsed.operands)
    return parsed.options
  }

  /// The options and the other words of a command.
  static func parse<ID: Equatable>(
    _ words: [String], _ known: [CommandLineArguments.Option<ID>]
  ) throws(Refusal) -> CommandLineArguments.Parsed<ID> {
    do throws(CommandLineArguments.UsageError) {
      return try CommandLineArguments.parse(words, options: known)
    } catch {
      throw Refusal(text: error.text)
    }
  }

  /// Refuses words that are neither options nor their values.
  static func refuse(operands: [String]) throws(Refusal) {
    if let operand = operands.first { throw Refusal(text: "unexpected word '\(operand)'") }
  }
}
