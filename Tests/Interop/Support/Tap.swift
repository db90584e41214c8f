import Glibc
import System

/// A listener between a client and its broker that sees every packet, and can cut the link.
final class Tap: Sendable {
  /// A packet as it went by.
  struct Packet: Equatable, Sendable {
    let isFromClient: Bool
    /// The fixed header's type, 1 for CONNECT and so on.
    let type: UInt8
    let flags: UInt8
    /// What follows the fixed header.
    let body: [UInt8]

    static let connect: UInt8 = 1
    static let publish: UInt8 = 3
    static let puback: UInt8 = 4
    static let pubrec: UInt8 = 5
    static let pubrel: UInt8 = 6
    static let pubcomp: UInt8 = 7
    static let pingreq: UInt8 = 12
    static let disconnect: UInt8 = 14
  }

  /// What is done with a packet.
  enum Verdict: Sendable {
    case pass
    /// The link ends before the packet has gone on.
    case cut
  }

  let port: UInt16
  /// Until somebody has come.
  private let listener: Locked<Int32?>
  private let seen = Locked<[Packet]>([])

  struct SocketFailed: Error {
    let code: Int32
  }

  /// Listens for one client of the broker at `upstream`.
  /// - Parameter judge: asked about every packet, on a thread of the tap.
  init(
    to upstream: UInt16, _ judge: @escaping @Sendable (Packet) -> Verdict = { _ in .pass }
  ) throws {
    port = try Ports.free()
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    let isListening = Ports.with(port) { bind(descriptor, $0, $1) == 0 }
    guard isListening, listen(descriptor, 1) == 0 else { throw SocketFailed(code: errno) }
    let listener = Locked<Int32?>(descriptor)
    self.listener = listener
    let seen = seen
    _ = try Thread("tap") {
      let client = accept(descriptor, nil, nil)
      listener.withLock { $0 = nil }
      close(descriptor)
      if client >= 0 { Tap.serve(client, upstream, seen, judge) }
    }
  }

  deinit {
    // Wakes the thread where nobody came.
    listener.withLock { if let descriptor = $0 { _ = shutdown(descriptor, Int32(SHUT_RDWR)) } }
  }

  /// What has gone by so far.
  var packets: [Packet] { seen.withLock { $0 } }

  func packets(fromClient: Bool, _ type: UInt8) -> [Packet] {
    packets.filter { $0.isFromClient == fromClient && $0.type == type }
  }

  /// Waits until so many packets of a type have gone by.
  func wait(for count: Int, fromClient: Bool, _ type: UInt8, within limit: Duration) throws {
    let hasCome = seen.wait(for: limit) { packets in
      packets.count { $0.isFromClient == fromClient && $0.type == type } >= count ? true : nil
    }
    try require(hasCome ?? false, "\(count) packets of type \(type) within \(limit)")
  }

  private static func serve(
    _ client: Int32, _ upstream: UInt16, _ seen: Locked<[Packet]>, _ judge: (Packet) -> Verdict
  ) {
    defer { close(client) }
    let broker = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    defer { close(broker) }
    guard Ports.with(upstream, { connect(broker, $0, $1) == 0 }) else { return }

    var streams = [Stream(from: client, to: broker), Stream(from: broker, to: client)]
    while true {
      var polled = streams.map { pollfd(fd: $0.source, events: Int16(POLLIN), revents: 0) }
      guard poll(&polled, 2, -1) > 0 else { return }
      for index in 0..<2 where polled[index].revents != 0 {
        guard streams[index].read() else { return }
        while let packet = streams[index].next(isFromClient: index == 0) {
          seen.update { $0.append(packet.packet) }
          guard judge(packet.packet) == .pass, streams[index].write(packet.bytes) else { return }
        }
      }
    }
  }
}

/// One direction of a link, cut into packets.
private struct Stream {
  let source: Int32
  let sink: Int32
  private var buffer: [UInt8] = []

  init(from source: Int32, to sink: Int32) {
    self.source = source
    self.sink = sink
  }

  /// False at the end of the stream.
  mutating func read() -> Bool {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = recv(source, &bytes, bytes.count, 0)
    guard count > 0 else { return false }
    buffer += bytes[..<count]
    return true
  }

  func write(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        send(sink, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  /// The next whole packet, and its bytes.
  mutating func next(isFromClient: Bool) -> (packet: Tap.Packet, bytes: [UInt8])? {
    var length = 0
    var shift = 0
    var size = 1
    while true {
      guard size < buffer.count else { return nil }
      let byte = buffer[size]
      size += 1
      length |= Int(byte & 0x7F) << shift
      shift += 7
      if byte & 0x80 == 0 || shift > 21 { break }
    }
    guard length <= buffer.count - size else { return nil }
    let bytes = Array(buffer[..<(size + length)])
    buffer.removeFirst(size + length)
    let packet = Tap.Packet(
      isFromClient: isFromClient, type: bytes[0] >> 4, flags: bytes[0] & 0x0F,
      body: Array(bytes[size...]))
    return (packet, bytes)
  }
}
