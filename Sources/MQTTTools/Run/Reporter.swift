internal import MQTT
internal import System

/// What a tool says besides its output: errors, and with `-d` the packets; all on standard error.
struct Reporter {
  private let name: String
  private let isQuiet: Bool
  /// With `-d`, who the packets are of; else nil.
  private let traced: String?

  /// - Parameter name: the command's, e.g. "godwit pub".
  init(_ name: String, _ options: ConnectionOptions, clientID: String) {
    self.name = name
    isQuiet = options.isQuiet
    traced = options.isDebug ? clientID : nil
  }

  /// Something that the user should know.
  @inline(never)
  func tell(_ text: String) {
    if !isQuiet { print(joined(name, ": ", text, "\n"), to: .standardError) }
  }

  /// A packet that goes out.
  @inline(never)
  func sending(_ packet: String, _ more: String = "") {
    guard let traced else { return }
    print(joined("Client ", traced, " sending ", packet, more, "\n"), to: .standardError)
  }

  /// A packet that has come.
  @inline(never)
  func received(_ packet: String, _ more: String = "") {
    guard let traced else { return }
    print(joined("Client ", traced, " received ", packet, more, "\n"), to: .standardError)
  }

  /// What is to be said of a PUBLISH, in the form of mosquitto's tools; empty without `-d`.
  @inline(never)
  func text(
    _ message: Publish, number: UInt64
  ) -> String {
    guard traced != nil else { return "" }
    let flags = joined(
      " (d", message.isDuplicate ? "1" : "0", ", q", decimal(Int64(message.qos.rawValue)),
      ", r", message.retain ? "1" : "0")
    return joined(
      joined(flags, ", m", decimal(Int64(clamping: number)), ", '"), message.topic?.text ?? "",
      "', ... (", decimal(Int64(message.payload.count)), " bytes))")
  }
}
