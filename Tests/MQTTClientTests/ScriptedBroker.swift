import Glibc
import System
import TestSupport
import Testing

/// A broker on a free port of 127.0.0.1 that does for one connection what a test's script says, on
/// a thread of its own; and for a second one behind it what another script says.
final class ScriptedBroker: Sendable {
  private let listener: Listener
  private let thread: Thread
  private let failure = Locked<String?>(nil)

  struct Failure: Error {
    let text: String
  }

  /// - Parameter receiveBuffer: bytes that the kernel takes before the script reads them.
  init(
    receiveBuffer: Int32? = nil, _ script: @escaping @Sendable (Peer) throws(Failure) -> Void,
    again: (@Sendable (Peer) throws(Failure) -> Void)? = nil
  ) throws {
    let listener = try Listener(receiveBuffer: receiveBuffer)
    self.listener = listener
    let failure = failure
    thread = try Thread("broker") {
      do throws(Failure) {
        try script(try Peer(acceptedBy: listener))
        if let again { try again(try Peer(acceptedBy: listener)) }
      } catch {
        failure.update { $0 = error.text }
      }
    }
  }

  var endpoint: Endpoint { listener.endpoint }

  /// Waits until the script has ended; nil where it went as written, else what did not.
  func finish() -> String? {
    guard thread.join(within: .seconds(20)) else { return "the script hangs" }
    return failure.withLock { $0 }
  }

  /// How many sockets of this process are connected to the broker (proc_pid_net(5)). A closed one
  /// may still be listed, but has no inode.
  func openConnections() -> Int {
    guard let file = fopen("/proc/self/net/tcp", "r") else { return -1 }
    defer { fclose(file) }
    let port = String(endpoint.port, radix: 16, uppercase: true)
    let wanted = ":" + String(repeating: "0", count: 4 - port.count) + port
    var count = 0
    var line = Array(repeating: 0 as UInt8, count: 512)
    while line.withUnsafeMutableBytes({ fgets($0.baseAddress, 512, file) }) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }, as: UTF8.self)
      let fields = text.split(separator: " ")
      if fields.count > 9, fields[2].hasSuffix(wanted), fields[9] != "0" { count += 1 }
    }
    return count
  }
}

/// The broker's end of the connection. Everything has 10 s at most.
final class Peer {
  let socket: TestSocket

  fileprivate init(acceptedBy listener: Listener) throws(ScriptedBroker.Failure) {
    do throws(Errno) {
      socket = try listener.accept()
    } catch {
      throw ScriptedBroker.Failure(text: "nobody connected: \(error.text)")
    }
  }

  /// Reads as many bytes as are expected, and no more, and compares.
  func expect(_ expected: [UInt8]) throws(ScriptedBroker.Failure) {
    let came = try read(expected.count)
    if came != expected {
      throw ScriptedBroker.Failure(
        text: "expected \(expected.count) bytes, \(expected.prefix(40)), and \(came.count) came, "
          + "\(came.prefix(40))")
    }
  }

  /// Reads `count` bytes, fewer only at the end.
  func read(_ count: Int) throws(ScriptedBroker.Failure) -> [UInt8] {
    do throws(Errno) {
      return try socket.read(count)
    } catch {
      throw ScriptedBroker.Failure(text: "read: \(error.text)")
    }
  }

  func expectEnd() throws(ScriptedBroker.Failure) {
    let came = try read(1)
    if !came.isEmpty { throw ScriptedBroker.Failure(text: "\(came) came and not the end") }
  }

  func write(_ bytes: [UInt8]) throws(ScriptedBroker.Failure) {
    guard socket.send(bytes) else {
      throw ScriptedBroker.Failure(text: "write: \(Errno.last.text)")
    }
  }

  /// Writes one byte a segment, with time between them for the other end to see them so.
  func writeSlowly(_ bytes: [UInt8]) throws(ScriptedBroker.Failure) {
    for byte in bytes {
      try write([byte])
      Clock.sleep(for: .milliseconds(2))
    }
  }
}

/// Expects two values to be equal. The macro cannot look into an expression on a `Client`, which is
/// not copyable.
func expect<Value: Equatable>(
  _ value: Value, _ expected: Value, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(value == expected, sourceLocation: sourceLocation)
}
