internal import System

/// The bytes between a client and a broker, in both directions, none of which ever blocks.
struct Transport: ~Copyable {
  private let socket: Socket
  /// What is on its way to the kernel, of which `sentCount` bytes are there.
  private var outgoing: [UInt8] = []
  private var sentCount = 0
  private var incoming: [UInt8]

  /// How much is read at once. A broker's answers have four bytes each, so this is many of them.
  private static let receiveSize = 2 * 1_024

  /// A transport over a connection of TCP.
  init(_ socket: consuming Socket) {
    self.socket = socket
    incoming = Array(repeating: 0, count: Transport.receiveSize)
  }

  /// Whether the kernel has not taken everything yet.
  var hasOutput: Bool { sentCount < outgoing.count }

  /// Takes bytes to send. The caller has seen to it that `hasOutput` is false, so that no more than
  /// one lot waits at a time.
  mutating func send(_ bytes: consuming [UInt8]) {
    precondition(!hasOutput, "the lot before is gone")
    outgoing = bytes
    sentCount = 0
  }

  /// Gives the kernel as much as it takes without waiting.
  mutating func flush() throws(ClientError) {
    while hasOutput {
      guard let count = try Transport.write(outgoing, from: sentCount, to: socket) else { return }
      sentCount += count
    }
    outgoing = []
    sentCount = 0
  }

  /// Hands `body` what has come, if anything has.
  /// - Returns: whether the other end has closed.
  mutating func receive(
    _ body: (Span<UInt8>) throws(ClientError) -> Void
  ) throws(ClientError) -> Bool {
    guard let count = try Transport.read(socket, into: &incoming) else { return false }
    guard count > 0 else { return true }
    try body(incoming.span.extracting(0..<count))
    return false
  }

  /// Waits until the connection is ready for one of `interests`, `wakeup` rings, or `deadline` (since
  /// boot) has passed.
  func wait(
    for interests: Poll.Readiness, until deadline: Duration, wakeup: Wakeup?
  ) throws(ClientError) -> Poll.Awaited {
    do {
      return try socket.wait(
        for: interests, timeout: deadline - Clock.sinceBoot, wakeup: wakeup)
    } catch {
      throw .connectionLost(error)
    }
  }

  /// Tells the other end that nothing more will be sent.
  mutating func finish() throws(ClientError) {
    do { try socket.finishWriting() } catch { throw .connectionLost(error) }
  }

  /// How many bytes came; 0 at the end, nil where there are none now.
  private static func read(
    _ socket: borrowing Socket, into buffer: inout [UInt8]
  ) throws(ClientError) -> Int? {
    do throws(Errno) {
      return try buffer.withUnsafeMutableBufferPointer { (bytes) throws(Errno) in
        try socket.read(into: UnsafeMutableRawBufferPointer(bytes))
      }
    } catch {
      if error == .wouldBlock { return nil }
      throw .connectionLost(error)
    }
  }

  /// How many bytes the kernel took; nil where it takes none now.
  private static func write(
    _ bytes: [UInt8], from start: Int, to socket: borrowing Socket
  ) throws(ClientError) -> Int? {
    do throws(Errno) {
      return try bytes.withUnsafeBufferPointer { (bytes) throws(Errno) in
        try socket.write(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[start...]))
      }
    } catch {
      if error == .wouldBlock { return nil }
      throw .connectionLost(error)
    }
  }
}
