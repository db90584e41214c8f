internal import Configuration
internal import Drivers

/// What a search has found, as a piece of a configuration that can be taken as it is.
enum ScanReport {
  /// The bus and a device for each unit; what is not certain stands in comments.
  static func yaml(_ findings: [UnitSearch.Finding]) -> String {
    guard let (bus, devices) = parts(findings, bus: "line1", prefix: "") else { return "" }
    return "buses:\n\(bus)devices:\n\(devices)"
  }

  /// The same, as lines below `buses` and `devices`; nil where nothing was found.
  /// - Parameter prefix: what the devices' names begin with.
  static func parts(
    _ findings: [UnitSearch.Finding], bus: String, prefix: String
  ) -> (bus: String, devices: String)? {
    guard let link = findings.first?.link else { return nil }
    var text = ""
    for finding in findings {
      if let words = words(finding.identification) {
        text += "  # unit \(Int(finding.unit)) says that it is \(words)\n"
      }
      if let profile = finding.profiles.first {
        let others = finding.profiles.dropFirst()
        if !others.isEmpty {
          text += "  # it could as well be \(others.joined(separator: ", "))\n"
        }
        text +=
          "  \(prefix)unit\(Int(finding.unit)): { profile: \(profile), bus: \(bus),"
          + " unit: \(Int(finding.unit)) }\n"
      } else {
        text += "  # unit \(Int(finding.unit)) answers, and no profile tells what it is\n"
        text +=
          "  #\(prefix)unit\(Int(finding.unit)): { profile: generic-modbus, bus: \(bus),"
          + " unit: \(Int(finding.unit)) }\n"
      }
    }
    return ("  \(bus): { \(keys(of: link)) }\n", text)
  }

  /// A line's settings, for people.
  static func words(_ link: Bus.Link) -> String {
    switch link {
    case .modbusRTU(let port, _):
      "\(port.path) at \(port.line.baud) baud, parity \(port.line.parity.word)"
    case .modbusTCP(let host, let port): "\(host):\(Int(port))"
    case .modbusRTUOverTCP(let host, let port, _): "\(host):\(Int(port)), RTU over TCP"
    case .i2c, .gpio, .sysfs: "no Modbus line"
    }
  }

  private static func keys(of link: Bus.Link) -> String {
    switch link {
    case .modbusRTU(let port, _):
      "modbus-rtu: \(port.path), baud: \(port.line.baud), parity: \(port.line.parity.word),"
        + " stop-bits: \(port.line.stopBits)"
    case .modbusTCP(let host, let port): "modbus-tcp: \"\(host)\", port: \(Int(port))"
    case .modbusRTUOverTCP(let host, let port, _):
      "modbus-rtu-tcp: \"\(host)\", port: \(Int(port))"
    case .i2c, .gpio, .sysfs: ""
    }
  }

  private static func words(_ identification: DeviceIdentification?) -> String? {
    guard let identification else { return nil }
    let parts = [identification.vendor, identification.product, identification.revision]
      .filter { !$0.isEmpty }
    return parts.isEmpty ? nil : parts.joined(separator: " ")
  }
}

extension SerialLine.Parity {
  /// The word in configurations and on command lines.
  var word: String {
    switch self {
    case .none: "none"
    case .even: "even"
    case .odd: "odd"
    }
  }
}
