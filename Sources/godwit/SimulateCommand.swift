internal import Buses
internal import Configuration
internal import Drivers
internal import Pipeline
internal import System

/// `godwit simulate`: a profile's device as a Modbus server with values that move.
struct SimulateCommand {
  private enum Option {
    case profile, profiles, listen, rtuTCP, serial, baud, parity, unit, help
  }

  private static let help: StaticString = """
    Usage: godwit simulate --profile NAME [OPTION]...

    Is a Modbus device with the registers of a profile and with values that move, until SIGTERM or
    Ctrl-C. The values are plausible by their units and agree with nothing else.

      --profile NAME     the profile, or a profile's file where NAME has a slash in it
      --profiles FOLDER  look for device profiles here first; may be repeated
      --listen [HOST:]PORT
                         Modbus TCP on that address, 127.0.0.1 by default; port 0 takes any that
                         is free. Without --listen and --serial: the profile's port
      --rtu-tcp [HOST:]PORT
                         RTU frames on that address instead, as through a device server
      --serial DEVICE    Modbus RTU on that serial line instead, e.g. /dev/ttyUSB0
      --baud NUMBER      the line's speed, by default the profile's
      --parity WORD      none, even or odd, by default the profile's
      --unit NUMBER      the unit identifier it answers to, by default the profile's
      --help             this text

    """

  private var profile: String?
  private var profiles: [String] = []
  private var listen: (host: String, port: UInt16)?
  private var framing = ModbusServer.Framing.tcp
  private var serial: String?
  private var baud: Int?
  private var parity: SerialLine.Parity?
  private var unit: UInt8?
  private var wantsHelp = false

  /// Runs the command with its words, the command's name first.
  static func run(_ words: [String]) -> Command.ExitStatus {
    do throws(Command.Refusal) {
      let command = try SimulateCommand(words)
      if command.wantsHelp {
        print("\(help)", to: .standardOutput)
        return .success
      }
      guard let profile = command.profile else {
        throw Command.Refusal(text: "--profile is missing")
      }
      return command.run(profile)
    } catch {
      return Command.refuse("simulate: \(error.text)")
    }
  }

  private init(_ words: [String]) throws(Command.Refusal) {
    let given = try Command.options(
      words,
      [
        .init(Option.profile, "profile"), .init(.profiles, "profiles"),
        .init(.listen, "listen"), .init(.rtuTCP, "rtu-tcp"), .init(.serial, "serial"),
        .init(.baud, "baud"),
        .init(.parity, "parity"), .init(.unit, "unit"),
        .init(.help, "help", takesValue: false),
      ])
    for (option, value) in given {
      switch option {
      case .profile: profile = value
      case .profiles: profiles.append(value)
      case .listen: listen = try SimulateCommand.address(value)
      case .rtuTCP:
        listen = try SimulateCommand.address(value)
        framing = .rtu
      case .serial: serial = value
      case .baud: baud = try SimulateCommand.number(value, in: 300...4_000_000, "a speed in baud")
      case .parity: parity = try SimulateCommand.parity(value)
      case .unit:
        unit = UInt8(try SimulateCommand.number(value, in: 1...247, "a unit identifier"))
      case .help: wantsHelp = true
      }
    }
    if serial != nil && listen != nil {
      throw Command.Refusal(text: "--serial excludes --listen and --rtu-tcp")
    }
  }

  private func run(_ name: String) -> Command.ExitStatus {
    let profile: DeviceProfile
    do throws(ConfigurationFile.LoadError) {
      profile = try ConfigurationFile.loadProfile(name, profileFolders: profiles)
    } catch {
      return Command.refuse(file: error.text)
    }
    do throws(Errno) {
      try serve(profile)
      return .success
    } catch {
      return Command.fail("simulate: cannot serve at \(place(for: profile)): \(error.text)")
    }
  }

  /// Where it is to be found: a serial line, or an address.
  private func place(for profile: DeviceProfile) -> String {
    if let serial { return serial }
    let (host, port) = address(for: profile)
    return "\(host):\(port)"
  }

  private func address(for profile: DeviceProfile) -> (host: String, port: UInt16) {
    listen ?? ("127.0.0.1", profile.modbus.connection.tcpPort)
  }

  /// Serves on a thread of its own, for this one waits for signals.
  private func serve(_ profile: DeviceProfile) throws(Errno) {
    let signals = try Signals()
    let (stop, ended) = (try Wakeup(), try Wakeup())
    let failure = Locked<Errno?>(nil)
    let thread = try Thread("server") {
      do throws(Errno) {
        let server = try self.server(for: profile)
        try server.run(update: SimulatedDevice(profile: profile).registers, until: stop)
      } catch {
        failure.withLock { $0 = error }
      }
      ended.ring()
    }
    while try signals.wait(within: Poll.idle, wakeup: ended) == nil {
      if let failure = failure.withLock({ $0 }) { throw failure }
    }
    stop.ring()
    thread.join(within: .seconds(1))
  }

  private func server(for profile: DeviceProfile) throws(Errno) -> ModbusServer {
    let unit = unit ?? profile.modbus.connection.unit
    guard let serial else {
      let (host, port) = address(for: profile)
      let server = try ModbusServer(listeningOn: host, port: port, unit: unit, framing: framing)
      Log.notice(
        "serving",
        ["profile": profile.id, "unit": "\(unit)", "address": "\(host):\(server.port)"])
      return server
    }
    var line = profile.modbus.connection.serial
    if let baud { line.baud = baud }
    if let parity { line.parity = parity }
    let server = try ModbusServer(serial: serial, line, unit: unit)
    Log.notice("serving", ["profile": profile.id, "unit": "\(unit)", "line": serial])
    return server
  }

  /// `HOST:PORT`, `[IPV6]:PORT` or `PORT`.
  private static func address(_ text: String) throws(Command.Refusal) -> (String, UInt16) {
    let bytes = Array(text.utf8)
    let colon = bytes.lastIndex(of: UInt8(ascii: ":"))
    let portText = String(decoding: bytes[(colon.map { $0 + 1 } ?? 0)...], as: UTF8.self)
    guard let port = UInt16(portText) else {
      throw Command.Refusal(text: "'\(text)', expected [HOST:]PORT")
    }
    guard let colon else { return ("127.0.0.1", port) }
    var host = bytes[..<colon]
    if host.first == UInt8(ascii: "["), host.last == UInt8(ascii: "]") {
      host = host.dropFirst().dropLast()
    }
    guard !host.isEmpty else {
      throw Command.Refusal(text: "'\(text)', expected [HOST:]PORT")
    }
    return (String(decoding: host, as: UTF8.self), port)
  }

  private static func number(
    _ text: String, in range: ClosedRange<Int>, _ what: StaticString
  ) throws(Command.Refusal) -> Int {
    guard let number = Int(text), range.contains(number) else {
      throw Command.Refusal(
        text: "'\(text)', expected \(what) from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  private static func parity(_ word: String) throws(Command.Refusal) -> SerialLine.Parity {
    switch word {
    case "none": return .none
    case "even": return .even
    case "odd": return .odd
    default: throw Command.Refusal(text: "parity '\(word)', expected none, even or odd")
    }
  }
}
