// swift-tools-version: 6.3
import PackageDescription

/// As in the package above: the release flavour, with the same flags.
let isEmbedded = Context.environment["GODWIT_EMBEDDED"] != nil
let unicodeTables = Context.environment["GODWIT_UNICODE_TABLES"] ?? ""

let godwit: [Target.Dependency] = [
  .product(name: "MQTTClient", package: "godwit"), .product(name: "MQTT", package: "godwit"),
]

/// Figures beside what others need for the same job; `Benchmarks/run-publish` and
/// `Benchmarks/run-codec` run them together.
let package = Package(
  name: "benchmarks",
  dependencies: [.package(name: "godwit", path: "..")],
  targets: [
    .executableTarget(
      name: "CodecGodwit", dependencies: godwit,
      swiftSettings: [.swiftLanguageMode(.v6)]
        + (isEmbedded
          ? [
            .enableExperimentalFeature("Embedded"),
            .unsafeFlags(["-wmo", "-Osize", "-Xfrontend", "-function-sections"]),
          ] : []),
      linkerSettings: isEmbedded
        ? [
          .linkedLibrary("m"),
          .unsafeFlags([
            "-L\(unicodeTables)", "-lswiftUnicodeDataTables", "-Xlinker", "--gc-sections",
          ]),
        ] : []),
    .executableTarget(
      name: "PublishGodwit", dependencies: godwit, swiftSettings: [.swiftLanguageMode(.v6)]),
    .executableTarget(
      name: "PublishLibmosquitto", linkerSettings: [.linkedLibrary("mosquitto")]),
  ]
)
