import MQTTClient
import System
import Testing

/// A TLS session over a socket, as simple as can be: it waits for what it wants, 20 s at most.
final class TLSLink {
  var tls: TLSSession
  private let socket: Socket
  /// How many bytes are read and given to the session at once.
  private let step: Int

  struct TooSlow: Error {}

  /// Connects and does the handshake.
  /// - Throws: `TLSError`, after the alert has been sent.
  init(
    _ context: TLSContext, to server: TLSServer, host: String = TestCA.host, step: Int = 16_384
  ) throws {
    tls = try TLSSession(context, host: host)
    self.step = step
    socket = try Self.connect(to: server.endpoint)
    let deadline = Clock.sinceBoot + .seconds(20)
    try perform { try tls.advance() }
    while !tls.isEstablished {
      try receive(until: deadline)
      try perform { try tls.advance() }
    }
  }

  /// Reads until `count` bytes have come; fewer only at the orderly end.
  func read(_ count: Int) throws -> [UInt8] {
    let deadline = Clock.sinceBoot + .seconds(20)
    var bytes: [UInt8] = []
    var buffer = Array(repeating: 0 as UInt8, count: 5_000)
    while bytes.count < count {
      let got = try perform { try buffer.withUnsafeMutableBytes { try tls.read(into: $0) } }
      if got == 0 { break }
      if let got { bytes += buffer[..<got] } else { try receive(until: deadline) }
    }
    return bytes
  }

  /// Sends all of `bytes`.
  func write(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      sent += try perform { try tls.write(bytes.span.extracting(sent...)) }
    }
  }

  /// Says goodbye.
  func close() throws {
    try perform { tls.close() }
  }

  private func perform<Result>(_ body: () throws -> Result) throws -> Result {
    let result = Swift.Result { try body() }
    try send()
    return try result.get()
  }

  private func send() throws {
    let output = tls.takeOutput()
    var sent = 0
    while sent < output.count {
      do {
        sent += try output.withUnsafeBytes { try socket.write(.init(rebasing: $0[sent...])) }
      } catch let error where error as? Errno == .wouldBlock {
        _ = try socket.wait(for: .writable, timeout: .seconds(20))
      } catch {
        // The server is gone; what it said before is what matters.
        return
      }
    }
  }

  private func receive(until deadline: Duration) throws {
    guard Clock.sinceBoot < deadline else { throw TooSlow() }
    _ = try socket.wait(for: .readable, timeout: deadline - Clock.sinceBoot)
    var buffer = Array(repeating: 0 as UInt8, count: step)
    let count: Int
    do {
      count = try buffer.withUnsafeMutableBytes { try socket.read(into: $0) }
    } catch let error where error as? Errno == .wouldBlock {
      return
    } catch {
      tls.receiveEnd()
      return
    }
    if count == 0 { tls.receiveEnd() } else { try tls.receive(buffer.span.extracting(0..<count)) }
  }

  /// Tries for a while: a quiet server does not say when it is ready.
  private static func connect(to endpoint: Endpoint) throws -> Socket {
    for _ in 0..<500 {
      // Refused until the server listens.
      if let socket = try? Socket(connectingTo: endpoint, timeout: .seconds(10)) { return socket }
      Clock.sleep(for: .milliseconds(10))
    }
    return try Socket(connectingTo: endpoint, timeout: .seconds(10))
  }
}

/// The options of a client that trusts the tests' authority.
func tlsOptions(_ change: (inout TLSOptions) throws -> Void = { _ in }) throws -> TLSOptions {
  var options = TLSOptions()
  options.caFile = try TestCA.shared.path("root.pem")
  try change(&options)
  return options
}

/// The error of TLS that `body` throws; nil where it throws none.
func tlsError(_ body: () throws -> Void) throws -> TLSError? {
  do {
    try body()
    return nil
  } catch let error as TLSError {
    return error
  }
}
