internal import Pipeline
internal import System

/// `godwit scan`: tells what this machine has to be read.
enum ScanCommand {
  private enum Option {
    case help
  }

  private static let help: StaticString = """
    Usage: godwit scan gpio

    Tells what this machine has to be read. Nothing is taken or changed.

      gpio      the GPIO chips, their lines with numbers and names, and who holds them

      --help    this text

    Exit status: 0 something was found, 1 nothing was, 2 wrong command line.

    """

  /// Runs the command with its words, the command's name first.
  static func run(_ words: [String]) -> Command.ExitStatus {
    do throws(CommandLineArguments.UsageError) {
      let parsed = try CommandLineArguments.parse(
        words, options: [.init(Option.help, "help", takesValue: false)])
      if !parsed.options.isEmpty {
        print("\(help)", to: .standardOutput)
        return .success
      }
      guard parsed.operands == ["gpio"] else {
        return Command.refuse("scan: expected what to look for: gpio")
      }
    } catch {
      return Command.refuse("scan: \(error.text)")
    }
    let (text, count) = GPIOScan.report()
    print(text, to: .standardOutput)
    return count > 0 ? .success : .failure
  }
}
