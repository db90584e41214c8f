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
  private var reader = PacketReader()
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
  public var isInsidePacket: Bool { !reader.received.isEmpty }

  /// How many bytes it has room for.
  var room: Int { reader.received.storage.count }

  /// Takes the next bytes of the stream.
  public mutating func append(_ bytes: Span<UInt8>) {
    guard failure == nil else { return }
    reader.append(bytes, roomMax: packetSizeMax)
  }

  /// The next packet; nil until more bytes have come.
  /// - Throws: the rule that the stream breaks, from then on always: where the next packet would
  ///   begin can no longer be known.
  public mutating func next() throws(PacketError) -> Packet? {
    if let failure { throw failure }
    do {
      guard
        let header = try FixedHeader.parse(
          reader.received, version: version, packetSizeMax: packetSizeMax),
        reader.beginPacket(header)
      else { return nil }
      let packet = try Packet(header, body: &reader, version: version)
      reader.endPacket()
      return packet
    } catch {
      failure = error
      reader = PacketReader()
      throw error
    }
  }
}
