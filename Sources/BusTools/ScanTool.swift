internal import Configuration
internal import Drivers
internal import Pipeline
internal import System
internal import Telemetry

/// `godwit scan`: looks for devices, and writes down what a configuration needs to read them.
public enum ScanTool {
  private enum Option {
    case units, baud, parity, timeout, profiles, help
  }

  /// Where is looked.
  private enum Place {
    case all
    case gpio
    /// A bus, by its number or its device file.
    case i2c(String)
    /// A bus, as the command line has it.
    case modbus(String)
  }

  private struct Request {
    var place = Place.all
    var units: [UInt8] = Array(1...247)
    var bauds = ScanPlan.bauds
    var parities = ScanPlan.parities
    var timeout: Duration = .milliseconds(200)
    var profiles: [String] = []
  }

  /// Runs the tool with its words, the command's name first.
  public static func run(_ words: [String]) -> ExitStatus {
    do throws(Refusal) {
      guard let request = try parse(words) else {
        print("\(help)", to: .standardOutput)
        return .success
      }
      switch request.place {
      case .all: return MachineScan.run(request.profiles)
      case .gpio: return listPins()
      case .i2c(let bus): return MachineScan.run(bus, request.profiles)
      case .modbus(let text):
        let bus = try ofFile { () throws(ConfigurationFile.LoadError) in
          try ConfigurationFile.bus(text)
        }
        guard bus.link.kind == .modbus else { throw Refusal(text: "'\(text)' is no Modbus line") }
        return search(bus.link, request)
      }
    } catch {
      return refuse("scan", error)
    }
  }

  /// - Returns: nil where help is wanted.
  private static func parse(_ words: [String]) throws(Refusal) -> Request? {
    var request = Request()
    let parsed = try arguments(
      words,
      [
        .init(Option.units, "units"), .init(.baud, "baud"), .init(.parity, "parity"),
        .init(.timeout, "timeout"), .init(.profiles, "profiles"),
        .init(.help, "help", takesValue: false),
      ])
    for (option, value) in parsed.options {
      switch option {
      case .units: request.units = try ScanNumbers.units(value)
      case .baud: request.bauds = try ScanNumbers.bauds(value)
      case .parity: request.parities = try ScanNumbers.parities(value)
      case .timeout: request.timeout = try ScanNumbers.timeout(value)
      case .profiles: request.profiles.append(value)
      case .help: return nil
      }
    }
    request.place = try place(parsed.operands)
    return request
  }

  private static func place(_ words: [String]) throws(Refusal) -> Place {
    switch (words.first, words.count) {
    case (nil, 0): return .all
    case ("gpio", 1): return .gpio
    case ("i2c", 2): return .i2c(words[1])
    case ("modbus", 2): return .modbus(words[1])
    default:
      throw Refusal(
        text: "expected nothing, 'gpio', 'i2c 1' or 'modbus /dev/ttyUSB0'")
    }
  }

  private static func listPins() -> ExitStatus {
    let (text, count) = GPIOScan.report()
    print(text, to: .standardOutput)
    return count > 0 ? .success : .failure
  }

  private static func search(_ link: Bus.Link, _ request: Request) -> ExitStatus {
    let plan = ScanPlan(
      link, units: request.units, bauds: request.bauds, parities: request.parities)
    var search = UnitSearch(
      plan, timeout: request.timeout, profiles: ConfigurationFile.profiles(request.profiles))
    let seconds = plan.timeMax(timeout: request.timeout).milliseconds / 1_000 + 1
    tell("this takes up to \(seconds) s; --units, --baud and --parity narrow it down")
    do throws(BusError) {
      try search.run { link, count in
        tell("\(ScanReport.words(link)): \(count) units")
      }
    } catch {
      tell("\(ScanReport.words(link)): \(error.reason.name)")
      return .failure
    }
    for link in search.garbled where search.findings.isEmpty {
      tell("\(ScanReport.words(link)): somebody talks, but not with these settings")
    }
    guard !search.findings.isEmpty else {
      tell("nobody answers")
      return .failure
    }
    print(ScanReport.yaml(search.findings), to: .standardOutput)
    return .success
  }

  /// Looks for the units with which devices are delivered, at the commonest settings.
  /// - Returns: lines of a configuration; nil where nobody answers.
  static func units(
    on port: String, bus: String, _ profiles: [String]
  ) -> (bus: String, devices: String)? {
    // A port that is no line of a configuration is left to 'godwit scan modbus'.
    guard let link = try? ConfigurationFile.bus(port).link else { return nil }
    let plan = ScanPlan(
      link, units: Array(ScanPlan.likelyUnits), bauds: Array(ScanPlan.bauds[..<2]),
      parities: Array(ScanPlan.parities[..<2]))
    var search = UnitSearch(
      plan, timeout: Request().timeout, profiles: ConfigurationFile.profiles(profiles))
    do throws(BusError) {
      try search.run { link, count in tell("\(ScanReport.words(link)): \(count) units") }
    } catch {
      tell("\(port): \(error.reason.name)")
    }
    return ScanReport.parts(search.findings, bus: bus, prefix: "\(bus)-")
  }

  /// What goes on is told beside the findings, which may go to a file.
  private static func tell(_ text: String) {
    print("godwit: scan: \(text)\n", to: .standardError)
  }

  private static let help: StaticString = """
    Usage: godwit scan [OPTION]...
           godwit scan gpio
           godwit scan i2c BUS [OPTION]...
           godwit scan modbus BUS [OPTION]...

    Without a word, tells what this machine has to be read, and writes a configuration to begin with:
    its I2C buses with who answers there, its GPIO chips and its serial ports. These are not searched,
    for that takes minutes.

    i2c tells who answers on an I2C bus, BUS being a number or a path such as /dev/i2c-1, and which
    profile it could be. Nothing is written to a device but what profiles for its address need to read
    its identity. Addresses that a driver of the kernel has are left alone.

    gpio tells the GPIO chips, their lines with numbers and names, and who holds them. Nothing is taken
    or changed.

    modbus looks for the units on a Modbus line by reading one register, and asks those that answer who
    they are (function 43, and the values by which profiles know their devices). Nothing is written to
    any device. On a serial line every speed and parity is tried until somebody answers. What is found
    is written as a piece of a configuration; what goes on is told on standard error.

      BUS                of modbus: a serial port, HOST[:PORT] for Modbus TCP, or as in a configuration, e.g.
                         'modbus-rtu-tcp: 192.0.2.10, port: 4196'
      --units LIST       the units to ask, e.g. 1-16,33; by default 1-247
      --baud LIST        the speeds to try, by default 9600,19200,2400,4800,115200,38400,57600,1200
      --parity LIST      the parities to try, by default none,even,odd
      --timeout DURATION how long a unit has for its answer, by default 200ms
      --profiles FOLDER  look for device profiles here first; may be repeated
      --help             this text

    Exit status: 0 something was found, 1 nothing was, or the line cannot be used, 2 wrong command
    line.

    """
}
