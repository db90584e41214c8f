// swift-tools-version: 6.3
import PackageDescription

/// As in the package above: the release flavour, with the same flags.
let isEmbedded = Context.environment["GODWIT_EMBEDDED"] != nil
let unicodeTables = Context.environment["GODWIT_UNICODE_TABLES"] ?? ""

let godwit: [Target.Dependency] = [
  .product(name: "MQTTClient", package: "godwit"), .product(name: "MQTT", package: "godwit"),
]

let swiftSettings: [SwiftSetting] =
  [.swiftLanguageMode(.v6)]
  + (isEmbedded
    ? [
      .enableExperimentalFeature("Embedded"),
      .unsafeFlags(["-wmo", "-Osize", "-Xfrontend", "-function-sections"]),
    ] : [])

let linkerSettings: [LinkerSetting] =
  isEmbedded
  ? [
    .linkedLibrary("m"),
    .unsafeFlags([
      "-L\(unicodeTables)", "-lswiftUnicodeDataTables", "-Xlinker", "--gc-sections",
    ]),
  ] : []

/// Figures beside what others need for the same job; the programs `Benchmarks/run-*` run them
/// together.
let package = Package(
  name: "benchmarks",
  dependencies: [.package(name: "godwit", path: "..")],
  targets: [
    .executableTarget(
      name: "CodecGodwit", dependencies: godwit, swiftSettings: swiftSettings,
      linkerSettings: linkerSettings),
    .executableTarget(
      name: "SpoolGodwit", dependencies: [.product(name: "Spool", package: "godwit")],
      swiftSettings: swiftSettings, linkerSettings: linkerSettings),
    .executableTarget(name: "SpoolBareLoop"),
    .executableTarget(name: "SpoolSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),
    .executableTarget(
      name: "PublishGodwit", dependencies: godwit, swiftSettings: [.swiftLanguageMode(.v6)]),
    .executableTarget(
      name: "PublishLibmosquitto", linkerSettings: [.linkedLibrary("mosquitto")]),
  ]
)
