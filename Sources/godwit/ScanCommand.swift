internal import Pipeline
internal import System

/// `godwit scan`: looks for devices on a bus.
struct ScanCommand {
  private enum Option {
    case profiles, help
  }

  private static let help: StaticString = """
    Usage: godwit scan i2c BUS [OPTION]...

    Tells who answers on an I2C bus, BUS being a number or a path such as /dev/i2c-1, and which
    profile it could be. Nothing is written to a device but what profiles for its address need to
    read its identity. Addresses that a driver of the kernel has are left alone.

      --profiles FOLDER  look for device profiles here first; may be repeated
      --help             this text

    """

  /// Runs the command with its words, the command's name first.
  static func run(_ words: [String]) -> Command.ExitStatus {
    do throws(Command.Refusal) {
      return try scan(words)
    } catch {
      return Command.refuse("scan: \(error.text)")
    }
  }

  private static func scan(_ words: [String]) throws(Command.Refusal) -> Command.ExitStatus {
    var profiles: [String] = []
    let operands = words.dropFirst().prefix { $0.utf8.first != UInt8(ascii: "-") }
    let rest = [words[0]] + words.dropFirst(1 + operands.count)
    let given = try Command.options(
      rest, [.init(Option.profiles, "profiles"), .init(.help, "help", takesValue: false)])
    for (option, value) in given {
      switch option {
      case .profiles: profiles.append(value)
      case .help:
        print("\(help)", to: .standardOutput)
        return .success
      }
    }
    guard operands.count == 2, operands.first == "i2c", let bus = operands.last else {
      throw Command.Refusal(text: "expected i2c and a bus, e.g. 'godwit scan i2c 1'")
    }
    do throws(I2CScan.ScanError) {
      let count = try I2CScan(bus: bus, profileFolders: profiles).run { line in
        print(line, to: .standardOutput)
      }
      if count == 0 { print("nobody answers\n", to: .standardOutput) }
      return .success
    } catch {
      return Command.fail("scan: \(error.text)")
    }
  }
}
