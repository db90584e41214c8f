internal import Configuration

/// The configuration that `godwit init` writes.
struct InitText {
  var gateway: String
  var broker: String
  var username = ""
  /// The file that has the password; empty for none.
  var passwordFile = ""
  /// The lines below `buses` and `devices`.
  var buses = ""
  var devices = ""

  /// The first line of the example that the package brings, which may be replaced.
  static let exampleMark = "# The configuration that the package brings."

  var yaml: String {
    var text =
      "# Written by 'godwit init'. docs/configuration.md tells every key; 'godwit check --config'\n"
      + "# tells what is wrong here.\n\n# It becomes a part of the topics.\ngateway: " + gateway
      + "\n\nbroker:\n  url: " + InitText.quoted(broker) + "\n"
    if username.isEmpty {
      text += "  #username: barn\n  #password: !file /etc/godwit/mqtt-password\n"
    } else {
      text += "  username: " + InitText.quoted(username) + "\n"
      if !passwordFile.isEmpty {
        text += "  password: !file " + InitText.quoted(passwordFile) + "\n"
      }
    }
    text += "\n# The lines that devices are on.\n" + InitText.mapping("buses", buses)
    text +=
      "  #line9: { modbus-rtu: /dev/serial/by-id/usb-EXAMPLE, baud: 9600, parity: none }\n"
      + "  #plc: { modbus-tcp: 192.0.2.10 }\n  #bus9: { i2c: /dev/i2c-1 }\n\n"
    text += "# What is read, and how often.\n" + InitText.mapping("devices", devices)
    text +=
      "  #meter: { profile: eastron-sdm630, bus: line9, unit: 1, every: 10 s }\n"
      + "  #climate: { profile: bosch-bme280, bus: bus9, address: 0x76, every: 1 min }\n"
    return text
  }

  /// The same with what was found in comments.
  var withoutFindings: InitText {
    var text = self
    text.buses = InitText.commented(buses)
    text.devices = InitText.commented(devices)
    return text
  }

  private static func mapping(_ key: String, _ lines: String) -> String {
    let isEmpty = lines.utf8.split(separator: UInt8(ascii: "\n")).allSatisfy { line in
      line.first { $0 != UInt8(ascii: " ") } == UInt8(ascii: "#")
    }
    return key + (isEmpty ? ": {}\n" : ":\n") + lines
  }

  private static func commented(_ lines: String) -> String {
    lines.utf8.split(separator: UInt8(ascii: "\n")).reduce("") {
      $0 + "  #" + String(decoding: $1, as: UTF8.self) + "\n"
    }
  }

  /// A text without control characters, as YAML has it in double quotes.
  private static func quoted(_ text: String) -> String {
    var bytes: [UInt8] = [UInt8(ascii: "\"")]
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        bytes.append(UInt8(ascii: "\\"))
      }
      bytes.append(byte)
    }
    return String(decoding: bytes + [UInt8(ascii: "\"")], as: UTF8.self)
  }

  /// What is wrong with a gateway's name; nil where nothing is.
  static func problem(gateway: String) -> String? {
    problem(InitText(gateway: quoted(gateway), broker: InitDialogue.brokerUsual))
  }

  /// What is wrong with a broker's URL; nil where nothing is.
  static func problem(broker: String) -> String? {
    problem(InitText(gateway: "godwit", broker: broker))
  }

  private static func problem(_ text: InitText) -> String? {
    do throws(ConfigurationError) {
      _ = try GatewayConfiguration.parse(Array(text.yaml.utf8), file: "") {
        (_) throws(ProfileLookupError) in throw .notFound(folders: [], names: [])
      }
      return nil
    } catch {
      return error.message
    }
  }
}
