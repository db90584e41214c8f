internal import MQTT
internal import System

/// What a tool says besides its output: errors, and with `-d` the packets; all on standard error.
struct Reporter {
  private let name: StaticString
  private let isQuiet: Bool
  private let isDebug: Bool
  private let clientID: String

  /// - Parameter name: the command's, e.g. "pub".
  init(_ name: StaticString, _ options: ConnectionOptions, clientID: String) {
    self.name = name
    isQuiet = options.isQuiet
    isDebug = options.isDebug
    self.clientID = clientID
  }

  /// Something that the user should know.
  func tell(_ text: String) {
    if !isQuiet { print("godwit \(name): \(text)\n", to: .standardError) }
  }

  /// A packet that goes out.
  func sending(_ packet: @autoclosure () -> String) {
    if isDebug { print("Client \(clientID) sending \(packet())\n", to: .standardError) }
  }

  /// A packet that has come.
  func received(_ packet: @autoclosure () -> String) {
    if isDebug { print("Client \(clientID) received \(packet())\n", to: .standardError) }
  }

  /// PUBLISH in the form of mosquitto's tools.
  static func text(
    _ topic: TopicName?, qos: QoS, retain: Bool, isDuplicate: Bool, number: UInt64, size: Int
  ) -> String {
    "PUBLISH (d\(isDuplicate ? 1 : 0), q\(qos.rawValue), r\(retain ? 1 : 0), m\(number), "
      + "'\(topic?.text ?? "")', ... (\(size) bytes))"
  }
}
