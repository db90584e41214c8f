// swift-tools-version: 6.3
import PackageDescription

/// As in the package at the top: the release flavour, with the same flags.
let isEmbedded = Context.environment["GODWIT_EMBEDDED"] != nil
let unicodeTables = Context.environment["GODWIT_UNICODE_TABLES"] ?? ""

let swiftSettings: [SwiftSetting] =
  [
    .swiftLanguageMode(.v6), .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ]
  + (isEmbedded
    ? [
      .enableExperimentalFeature("Embedded"),
      .unsafeFlags([
        "-wmo", "-Osize", "-Xfrontend", "-function-sections", "-enforce-exclusivity=unchecked",
        "-Xllvm", "-sil-disable-pass=object-outliner",
      ]),
    ] : [])

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: swiftSettings)
}

/// The masters beside a bare loop over libmodbus. Their modules are no products, so they are here by
/// links. `Benchmarks/run-polls`, `run-lateness` and `run-readings` run them.
let package = Package(
  name: "polls",
  targets: [
    .target(name: "CLinux", cSettings: isEmbedded ? [.define("GODWIT_EMBEDDED")] : []),
    .target(
      name: "CGPIO", cSettings: isEmbedded ? [.define("GODWIT_EMBEDDED")] : [],
      linkerSettings: [.linkedLibrary("gpiod")]),
    .systemLibrary(name: "CI2C"),
    .systemLibrary(name: "CModbus"),
    .systemLibrary(name: "CYAML"),
    module("Telemetry"),
    module("System", ["CLinux"]),
    module("Formulas", ["CLinux"]),
    module("Configuration", ["CYAML", "Formulas"]),
    module("Drivers", ["Telemetry", "Configuration", "Formulas"]),
    module(
      "Buses", ["Drivers", "Configuration", "Telemetry", "System", "CGPIO", "CI2C", "CModbus"]),
    .executableTarget(
      name: "PollGodwit", dependencies: ["Buses", "Drivers", "Configuration", "System", "CLinux"],
      swiftSettings: swiftSettings,
      linkerSettings: isEmbedded
        ? [
          .linkedLibrary("m"), .linkedLibrary("i2c"), .linkedLibrary("modbus"),
          .linkedLibrary("yaml"),
          .unsafeFlags([
            "-L\(unicodeTables)", "-lswiftUnicodeDataTables", "-Xlinker", "--gc-sections",
          ]),
        ] : [.linkedLibrary("m")]),
    .executableTarget(name: "PollBare", linkerSettings: [.linkedLibrary("modbus")]),
    .executableTarget(name: "PollServer", linkerSettings: [.linkedLibrary("modbus")]),
    .executableTarget(name: "TurnBare", linkerSettings: [.linkedLibrary("modbus")]),
    .executableTarget(name: "TurnServer", linkerSettings: [.linkedLibrary("modbus")]),
  ]
)
