public import Spool
internal import Telemetry

/// What the records of a queue say, as they would be sent now.
public struct QueuedMessages: Sendable {
  /// A message for the broker.
  public struct Message: Equatable, Sendable {
    /// Where it goes.
    public let topic: String
    /// What it says.
    public let payload: [UInt8]
  }

  private let boots: BootTimes

  /// Makes messages of the records in a queue's directory, in which nothing is changed.
  public init(directory: String) {
    boots = BootTimes(directory: directory)
  }

  /// The message in a record; nil where it is none of a gateway's.
  public func message(_ record: [UInt8], _ stamp: Spool.Stamp) -> Message? {
    guard let envelope = Envelope(decoding: record) else { return nil }
    let boot = boots.boot(of: stamp)
    return Message(
      topic: envelope.topic,
      payload: envelope.payload.filled(
        bootMilliseconds: boot.bootMilliseconds, isSynchronized: boot.isKnown))
  }
}
