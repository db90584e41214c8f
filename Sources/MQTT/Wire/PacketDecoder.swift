/// Cuts a stream of bytes into packets, however the network has split it.
///
/// ```swift
/// var decoder = PacketDecoder(packetSizeMax: 1_024)
/// decoder.append(received.span)
/// while let packet = try decoder.next() { … }
/// ```
/// It holds what has been appended and not yet been read: less than one packet of the largest size
/// where `next` is called until it gives nil after each `append`. A length that a header claims
/// allocates nothing.
public struct PacketDecoder: Sendable {
  /// The largest packet that is accepted, with its header, in bytes.
  public let packetSizeMax: Int
  private let version: ProtocolVersion
  private var buffer: [UInt8] = []
  /// Where the first packet that has not been read begins in `buffer`.
  private var start = 0
  private var failure: PacketError?

  /// The smallest limit that lets every packet of fixed size through.
  public static let smallestPacketSizeMax = 4

  /// Makes a decoder at the beginning of a stream.
  /// - Parameter packetSizeMax: a packet that its header says to be larger is refused at once. At
  ///   least `smallestPacketSizeMax`; a smaller number is taken as that.
  public init(version: ProtocolVersion = .v311, packetSizeMax: Int) {
    self.version = version
    self.packetSizeMax = max(packetSizeMax, PacketDecoder.smallestPacketSizeMax)
  }

  /// Whether the stream stands in the middle of a packet, so that its end would cut one off.
  public var isInsidePacket: Bool { start < buffer.count }

  /// Takes the next bytes of the stream.
  public mutating func append(_ bytes: Span<UInt8>) {
    guard failure == nil else { return }
    if start > 0 {
      buffer.removeFirst(start)
      start = 0
    }
    bytes.withUnsafeBufferPointer { buffer.append(contentsOf: $0) }
  }

  /// The next packet; nil until more bytes have come.
  /// - Throws: the rule that the stream breaks, from then on always: where the next packet would
  ///   begin can no longer be known.
  public mutating func next() throws(PacketError) -> Packet? {
    if let failure { throw failure }
    do {
      return try readPacket()
    } catch {
      failure = error
      buffer = []
      start = 0
      throw error
    }
  }

  private mutating func readPacket() throws(PacketError) -> Packet? {
    guard
      let header = try FixedHeader.parse(
        buffer, from: start, version: version, packetSizeMax: packetSizeMax)
    else { return nil }
    let body = start + header.size
    guard header.remainingLength <= buffer.count - body else { return nil }
    let end = body + header.remainingLength
    var reader = PacketReader(buffer, body..<end, of: header.type)
    let packet = try Packet(header, body: &reader, version: version)
    start = end
    return packet
  }
}
