/// The bytes of a stream that have come and have not been read yet.
///
/// They lie where they came to lie, and reading only moves `start`: nothing is moved for each packet
/// or each chunk. The buffer grows with what really comes, never with what a header claims.
struct ReceiveBuffer: Sendable {
  /// The bytes from `start` to `end` are those; around them is room.
  private(set) var storage: [UInt8] = []
  /// Where the first packet that has not been read begins.
  private(set) var start = 0
  /// Where the next bytes will go.
  private(set) var end = 0

  /// What a connection keeps for its next packets, in bytes: as much as one read of a TLS stream
  /// gives. What a larger packet needed is given back once it has been read.
  static let roomKeptMax = 16_384

  var isEmpty: Bool { start == end }

  /// - Parameter roomMax: more room than this is made only where `bytes` need it now.
  mutating func append(_ bytes: Span<UInt8>, roomMax: Int) {
    if isEmpty {
      start = 0
      end = 0
      if storage.count > ReceiveBuffer.roomKeptMax { storage = [] }
    }
    if bytes.count > storage.count - end { makeRoom(for: bytes.count, roomMax) }
    storage.withUnsafeMutableBufferPointer { [end] in $0.extracting(end...).copyBlock(bytes) }
    end += bytes.count
  }

  /// Forgets the bytes before `position`: they have been read.
  mutating func consume(upTo position: Int) {
    precondition(start...end ~= position, "only what has come can be read")
    start = position
  }

  /// Moves the bytes to the beginning, where the room that reading has left can be used again. No
  /// byte is moved twice for that: afterwards `start` is zero until the packet there is complete.
  private mutating func makeRoom(for count: Int, _ roomMax: Int) {
    let kept = end - start
    let needed = kept + count
    let unread = [UInt8](copying: storage.span.extracting(start..<end))
    if needed > storage.count {
      // Twice as much as before, so that a packet in many small chunks is not copied for each.
      storage = [UInt8](repeating: 0, count: max(needed, min(2 * storage.count, roomMax)))
    }
    storage.withUnsafeMutableBufferPointer { $0.copyBlock(unread.span) }
    start = 0
    end = kept
  }
}
