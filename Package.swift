// swift-tools-version: 6.3
import PackageDescription

/// The release flavour: Embedded Swift with whole-module optimization, against the system's glibc.
/// `make release` sets it; see docs/decisions/0005-two-flavours.md.
let isEmbedded = Context.environment["GODWIT_EMBEDDED"] != nil

/// The folder of the toolchain's Unicode tables for Embedded Swift; `make release` finds it.
let unicodeTables = Context.environment["GODWIT_UNICODE_TABLES"] ?? ""

let swiftSettings: [SwiftSetting] =
  [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ]
  + (isEmbedded
    ? [
      .enableExperimentalFeature("Embedded"),
      .unsafeFlags([
        "-wmo", "-Osize", "-Xfrontend", "-function-sections",
        // The checks of the regular flavour's tests are enough.
        "-enforce-exclusivity=unchecked",
        // Array literals become constants that are named by their number within a function. Each module
        // optimizes the functions of others again and may count otherwise; the linker takes one
        // constant of a name, and with it another literal's elements (Tests/Integration/BusKindTests).
        "-Xllvm", "-sil-disable-pass=object-outliner",
        // What several functions have in common becomes a function of its own.
        "-Xllvm", "-enable-machine-outliner=always",
        // One inline function of a C header that has a table for unwinding gives every function one.
        "-Xcc", "-fno-asynchronous-unwind-tables",
      ]),
    ] : [])

let cSettings: [CSetting] =
  [.treatAllWarnings(as: .error)]
  + (isEmbedded
    ? [
      .define("GODWIT_EMBEDDED"),
      .unsafeFlags(["-Os", "-ffunction-sections", "-fno-asynchronous-unwind-tables"]),
    ] : [])

let embeddedLinkerSettings: [LinkerSetting] =
  isEmbedded
  ? [
    // Embedded Swift does not take them from the module maps.
    .linkedLibrary("m"), .linkedLibrary("i2c"), .linkedLibrary("modbus"),
    .linkedLibrary("yaml"),
    .unsafeFlags([
      "-L\(unicodeTables)", "-lswiftUnicodeDataTables",
      // Folds functions of the same code, and packs relocations (glibc 2.36 and later read them).
      "-use-ld=lld", "-Xlinker", "--gc-sections", "-Xlinker", "--icf=all",
      "-Xlinker", "-mllvm", "-Xlinker", "-enable-machine-outliner=always",
      "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs",
    ]),
  ]
  // The arithmetic of formulas.
  : [.linkedLibrary("m")]

/// A module of the shipped program; it compiles in both flavours.
func module(
  _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, exclude: exclude, swiftSettings: swiftSettings)
}

/// Tests run in the regular flavour only: Embedded Swift has no Swift Testing.
func tests(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: dependencies + ["TestSupport"], exclude: exclude,
    swiftSettings: swiftSettings)
}

let shippedTargets: [Target] = [
  .target(name: "CLinux", cSettings: cSettings),
  .systemLibrary(name: "CI2C", providers: [.apt(["libi2c-dev"])]),
  .systemLibrary(name: "CModbus"),
  .systemLibrary(name: "CYAML"),
  .target(
    name: "CGPIO", cSettings: cSettings, linkerSettings: [.linkedLibrary("gpiod")]),
  .target(name: "COpenSSL", cSettings: cSettings),
  module("Telemetry"),
  module("MQTT"),
  module("System", ["CLinux"]),
  module("Formulas", ["CLinux"]),
  module("Configuration", ["CYAML", "Formulas"]),
  module("Drivers", ["Telemetry", "Configuration", "Formulas"]),
  module("ProfileCheck", ["Drivers", "Configuration", "Telemetry", "System"]),
  module("Spool", ["System"]),
  module(
    "Buses",
    ["Drivers", "Configuration", "Telemetry", "System", "CI2C", "CModbus", "CGPIO"]),
  module("MQTTClient", ["MQTT", "System", "COpenSSL"]),
  module(
    "Pipeline",
    [
      "Status", "HomeAssistant", "MQTTClient", "MQTT", "Buses", "Spool", "Drivers",
      "Configuration", "System", "Telemetry",
    ]),
  module("Status", ["Telemetry"]),
  module("HomeAssistant", ["Configuration", "Telemetry"]),
  module("StatusTool", ["Status", "Configuration", "System", "Telemetry"]),
  module("MQTTTools", ["MQTTClient", "MQTT", "System", "Telemetry"]),
  module(
    "BusTools",
    ["Pipeline", "Buses", "Drivers", "Configuration", "System", "Telemetry"]),
  module("QueueTool", ["Pipeline", "Spool", "Configuration", "System", "Telemetry"]),
  .executableTarget(
    name: "godwit",
    dependencies: [
      "Pipeline", "MQTTTools", "QueueTool", "BusTools", "StatusTool", "Status", "MQTTClient",
      "MQTT", "Buses", "ProfileCheck",
      "Spool",
      "Drivers",
      "Configuration",
      "System",
      "Telemetry",
    ],
    swiftSettings: swiftSettings, linkerSettings: embeddedLinkerSettings),
]

let testTargets: [Target] = [
  .target(
    name: "TestSupport", dependencies: ["System"], path: "Tests/TestSupport",
    swiftSettings: swiftSettings),
  tests("System", ["System"]),
  tests("Telemetry", ["Telemetry"]),
  tests("Formulas", ["Formulas", "CLinux"], exclude: ["Vectors"]),
  tests("MQTT", ["MQTT"]),
  tests("MQTTClient", ["MQTTClient", "MQTT", "System"]),
  tests("Spool", ["Spool", "System"]),
  tests("Configuration", ["Configuration", "Formulas"]),
  tests(
    "Drivers", ["ProfileCheck", "Drivers", "Configuration", "Telemetry"], exclude: ["Vectors"]),
  tests("ProfileCheck", ["ProfileCheck", "Configuration", "Telemetry"]),
  tests("Buses", ["Buses", "Drivers", "Configuration", "Telemetry", "System"]),
  tests(
    "Pipeline",
    ["Pipeline", "Status", "Buses", "Drivers", "Configuration", "System", "Telemetry"]),
  tests("MQTTTools", ["MQTTTools", "MQTTClient", "MQTT", "System", "Telemetry"]),
  tests(
    "BusTools",
    ["BusTools", "Buses", "Drivers", "Configuration", "System", "Telemetry"]),
  tests("Status", ["Status", "Telemetry"]),
  tests("StatusTool", ["StatusTool", "Status", "System"]),
  tests("HomeAssistant", ["HomeAssistant", "Configuration", "Telemetry"]),
  tests("QueueTool", ["QueueTool", "Spool", "System"]),
  tests("Tidy", []),
  .testTarget(
    name: "InteropTests", dependencies: ["MQTTClient", "MQTT", "System", "TestSupport"],
    path: "Tests/Interop", exclude: ["Peers"], swiftSettings: swiftSettings),
  .testTarget(
    name: "IntegrationTests", dependencies: ["Pipeline", "Spool", "System", "TestSupport"],
    path: "Tests/Integration", exclude: ["Peers"],
    swiftSettings: swiftSettings),
  .testTarget(
    name: "RigTests", dependencies: ["TestSupport"], path: "Tests/Rig",
    exclude: ["Guest", "kernel.config"], swiftSettings: swiftSettings),
]

let package = Package(
  name: "godwit",
  products: [
    .executable(name: "godwit", targets: ["godwit"]),
    .library(name: "MQTT", targets: ["MQTT"]),
    .library(name: "MQTTClient", targets: ["MQTTClient"]),
    .library(name: "Spool", targets: ["Spool"]),
  ],
  targets: shippedTargets + (isEmbedded ? [] : testTargets)
)
