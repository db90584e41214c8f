internal import Pipeline
internal import System

/// What this machine has to be read, as a configuration to begin with.
enum MachineScan {
  /// A machine has a few; more would be a mistake of udev's.
  private static let portsMax = 1_000
  private static let portFolder = "/dev/serial/by-id"

  /// Looks through all I2C buses, and lists chips and serial ports.
  static func run(_ profiles: [String]) -> ExitStatus {
    let (buses, devices) = findings(profiles, searchesSerial: false)
    print(
      "gateway: \(hostName)\nbroker: { url: mqtt://broker.example.org }\nbuses:\n\(buses)devices:\n\(devices)",
      to: .standardOutput)
    return .success
  }

  /// The lines below a configuration's `buses` and `devices`.
  /// - Parameter searchesSerial: whether units are looked for on serial ports, which takes a while.
  static func findings(
    _ profiles: [String], searchesSerial: Bool
  ) -> (buses: String, devices: String) {
    let adapters = I2CScan.adapters
    // Without the folder there are none that are known by name.
    let ports = ((try? Files.names(in: portFolder, limit: portsMax)) ?? []).sorted {
      $0.utf8.lexicographicallyPrecedes($1.utf8)
    }
    let (chips, chipCount) = GPIOScan.report()
    var (buses, devices) = ("", "")
    for (index, adapter) in adapters.enumerated() {
      buses += "  i2c\(index + 1): { i2c: \(adapter) }\n"
      devices += text(adapter, bus: "i2c\(index + 1)", profiles).text
    }
    for (index, port) in ports.enumerated() {
      let (bus, path) = ("line\(index + 1)", "\(portFolder)/\(port)")
      if searchesSerial, let found = ScanTool.units(on: path, bus: bus, profiles) {
        buses += found.bus
        devices += found.devices
        continue
      }
      buses += "  # what is there is told by 'godwit scan modbus \(path)'\n"
      buses += "  #\(bus): { modbus-rtu: \(path), baud: 9600 }\n"
    }
    buses += "  kernel: { sysfs: /sys }\n"
    if chipCount > 0 {
      buses += "  #pins: { gpio: gpiochip0 }\n"
      for line in chips.utf8.split(separator: UInt8(ascii: "\n")) {
        buses += "  # " + String(decoding: line, as: UTF8.self) + "\n"
      }
      devices += "  #door: { profile: generic-contact, bus: pins, line: 17 }\n"
    }
    devices += "  processor: { profile: linux-thermal-zone, bus: kernel }\n"
    return (buses, devices)
  }

  /// Looks through one I2C bus.
  /// - Parameter bus: its number, or its device file.
  static func run(_ bus: String, _ profiles: [String]) -> ExitStatus {
    let (text, count, failure) = text(bus, bus: "i2c1", profiles)
    if let failure {
      print("godwit: scan: \(failure)\n", to: .standardError)
      return .failure
    }
    guard count > 0 else {
      print("godwit: scan: nobody answers\n", to: .standardError)
      return .failure
    }
    let path = I2CScan(bus: bus, profileFolders: profiles).path
    print("buses:\n  i2c1: { i2c: \(path) }\ndevices:\n\(text)", to: .standardOutput)
    return .success
  }

  /// The devices on an I2C bus, as a configuration has them, with a comment before each.
  private static func text(
    _ bus: String, bus name: String, _ profiles: [String]
  ) -> (text: String, count: Int, failure: String?) {
    var text = ""
    var count = 0
    do throws(I2CScan.ScanError) {
      try I2CScan(bus: bus, profileFolders: profiles).run { finding in
        count += 1
        text += "  # \(finding.words)\n"
        let profile = finding.known.first ?? finding.possible.first
        if let profile {
          let address = Hexadecimal.text(UInt64(finding.address), digits: 2)
          text += finding.known.isEmpty ? "  #" : "  "
          text +=
            "\(name)-\(address): { profile: \(profile), bus: \(name), address: 0x\(address) }\n"
        }
      }
      return (text, count, nil)
    } catch {
      return ("  # \(error.text)\n", 0, error.text)
    }
  }

  /// The machine's name, if it can be a gateway's.
  static var hostName: String {
    // A machine without a name still has devices.
    let bytes = (try? Files.read("/proc/sys/kernel/hostname", limit: 256)) ?? []
    let name = bytes.filter { $0 > 0x20 }
    let isFit =
      !name.isEmpty && name.count <= 64
      && name.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
          || byte == UInt8(ascii: "_")
      }
    return isFit ? String(decoding: name, as: UTF8.self) : "gateway"
  }
}
