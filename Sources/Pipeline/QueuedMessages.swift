public import Spool

/// What the records of a queue say, as they would be sent now.
public struct QueuedMessages: Sendable {
  /// A message for the broker.
  public struct Message: Equatable, Sendable {
    /// Where it goes.
    public let topic: String
    /// What it says.
    public let payload: [UInt8]
  }

  /// Makes messages of the records in a queue's directory.
  public init(directory: String) {}

  /// The message in a record; nil where it is none of a gateway's.
  public func message(_ record: [UInt8], _ stamp: Spool.Stamp) -> Message? {
    Envelope(decoding: record).map { Message(topic: $0.topic, payload: $0.payload) }
  }
}
