// swift-tools-version: 6.3
import PackageDescription

/// Figures beside what others need for the same job; `Benchmarks/run-publish` runs them together.
let package = Package(
  name: "benchmarks",
  dependencies: [.package(name: "godwit", path: "..")],
  targets: [
    .executableTarget(
      name: "PublishGodwit",
      dependencies: [
        .product(name: "MQTTClient", package: "godwit"), .product(name: "MQTT", package: "godwit"),
      ], swiftSettings: [.swiftLanguageMode(.v6)]),
    .executableTarget(
      name: "PublishLibmosquitto", linkerSettings: [.linkedLibrary("mosquitto")]),
  ]
)
