import Foundation
import Testing

/// The rules of CONTRIBUTING.md that a machine can keep.
struct TidyTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static func swiftFiles(under folder: String) throws -> [URL] {
    let base = root.appendingPathComponent(folder)
    let paths = try FileManager.default.subpathsOfDirectory(atPath: base.path)
    return paths.filter { $0.hasSuffix(".swift") }.map { base.appendingPathComponent($0) }
  }

  private static func lines(of file: URL) throws -> [Substring] {
    try String(contentsOf: file, encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// What a line says without its comment and without the text of its literals.
  private static func code(_ line: Substring) -> String {
    var code: [UInt8] = []
    var isLiteral = false
    var isEscaped = false
    for byte in line.utf8 {
      if isLiteral && isEscaped {
        isEscaped = false
      } else if isLiteral && byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: "\"") {
        isLiteral.toggle()
      } else if !isLiteral {
        code.append(byte)
        if code.suffix(2) == [UInt8(ascii: "/"), UInt8(ascii: "/")] {
          code.removeLast(2)
          break
        }
      }
    }
    return String(decoding: code, as: UTF8.self)
  }

  /// The modules that each module may import, as docs/architecture.md draws them.
  private static let arrows: [String: Set<String>] = [
    "Telemetry": [],
    "MQTT": [],
    "System": ["CLinux"],
    "Formulas": ["CLinux"],
    "Configuration": ["CYAML", "Formulas"],
    "Drivers": ["Telemetry", "Configuration", "Formulas"],
    "ProfileCheck": ["Drivers", "Configuration", "Telemetry", "System"],
    "Spool": ["System"],
    "Buses": [
      "Drivers", "Configuration", "Telemetry", "System", "CI2C", "CModbus", "CGPIO",
    ],
    "MQTTClient": ["MQTT", "System", "COpenSSL"],
    "MQTTTools": ["MQTTClient", "MQTT", "System", "Telemetry"],
    "BusTools": ["Pipeline", "Buses", "Drivers", "Configuration", "System", "Telemetry"],
    "QueueTool": ["Pipeline", "Spool", "Configuration", "System", "Telemetry"],
    "Status": ["Telemetry"],
    "HomeAssistant": ["Configuration", "Telemetry"],
    "StatusTool": ["Status", "Configuration", "System", "Telemetry"],
    "Pipeline": [
      "Status", "HomeAssistant", "MQTTClient", "MQTT", "Buses", "Spool", "Drivers",
      "Configuration", "System", "Telemetry",
    ],
    "godwit": [
      "Pipeline", "MQTTTools", "QueueTool", "BusTools", "StatusTool", "Status", "MQTTClient",
      "MQTT", "Buses", "ProfileCheck",
      "Spool", "Drivers",
      "Configuration",
      "System",
      "Telemetry",
    ],
  ]

  @Test func `imports point down only`() throws {
    for (module, allowed) in Self.arrows {
      let files = try Self.swiftFiles(under: "Sources/\(module)")
      #expect(!files.isEmpty, "\(module) has no files")
      for file in files {
        for line in try Self.lines(of: file) {
          guard
            let match = Self.code(line).firstMatch(
              of: /^\s*(?:public |internal |private )?import (\w+)/)
          else { continue }
          #expect(
            allowed.contains(String(match.1)),
            "\(module)/\(file.lastPathComponent) imports \(match.1)")
        }
      }
    }
  }

  @Test func `every module is in the drawing`() throws {
    let folders = try FileManager.default.contentsOfDirectory(
      atPath: Self.root.appendingPathComponent("Sources").path)
    let swiftModules = folders.filter { !$0.hasPrefix("C") || $0 == "Configuration" }
    #expect(Set(swiftModules) == Set(Self.arrows.keys))
  }

  @Test func `the shipped program forces nothing and leaves nothing undone`() throws {
    for file in try Self.swiftFiles(under: "Sources") {
      for (index, line) in try Self.lines(of: file).enumerated() {
        let place = "\(file.lastPathComponent):\(index + 1): \(line)"
        let code = Self.code(line)
        #expect(!code.contains("try!") && !code.contains("as!"), "\(place)")
        #expect(!code.contains("fatalError("), "\(place)")
        #expect(!line.contains("TODO") && !line.contains("FIXME"), "\(place)")
        guard code.contains("!") else { continue }
        #expect(code.firstMatch(of: /[\w\])]!(?!=)/) == nil, "forced unwrap: \(place)")
      }
    }
  }

  @Test func `a swallowed error has a comment`() throws {
    for file in try Self.swiftFiles(under: "Sources") {
      let lines = try Self.lines(of: file)
      for (index, line) in lines.enumerated() where Self.code(line).firstMatch(of: /\btry\?/) != nil
      {
        let hasComment = lines[max(0, index - 2)...index].contains { $0.contains("//") }
        #expect(hasComment, "\(file.lastPathComponent):\(index + 1)")
      }
    }
  }

  @Test func `files stay readable`() throws {
    for folder in ["Sources", "Tests"] {
      for file in try Self.swiftFiles(under: folder) {
        #expect(try Self.lines(of: file).count <= 400, "\(file.lastPathComponent) is too long")
      }
    }
  }

  @Test func `a file of the shipped program speaks of itself in English, not in banners`() throws {
    for file in try Self.swiftFiles(under: "Sources") {
      for (index, line) in try Self.lines(of: file).enumerated() {
        let isBanner = line.contains("// ---") || line.contains("// ===") || line.contains("MARK:")
        #expect(!isBanner, "\(file.lastPathComponent):\(index + 1)")
      }
    }
  }
}
