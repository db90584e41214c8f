// swift-tools-version: 6.3
import PackageDescription

let package = Package(
  name: "mqtt-examples",
  dependencies: [
    // Your own package says instead:
    //   .package(url: "https://example.org/godwit.git", branch: "main")
    .package(name: "godwit", path: "../..")
  ],
  targets: [
    .executableTarget(
      name: "publish", dependencies: [.product(name: "MQTTClient", package: "godwit")]),
    .executableTarget(
      name: "subscribe", dependencies: [.product(name: "MQTTClient", package: "godwit")]),
  ]
)
