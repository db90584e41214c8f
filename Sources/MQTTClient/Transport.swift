internal import System

/// The bytes between a client and a broker, through the layers of a `Route`: a socket, a proxy's
/// handshake, TLS, a WebSocket. None of it ever blocks.
struct Transport: ~Copyable {
  private let socket: Socket
  /// The proxy's handshake, until the tunnel is open.
  private var proxy: ProxyHandshake?
  private let tls: Secured?
  private var webSocket: WebSocket<Random>?

  /// A session that cannot be copied cannot be reached within an optional either; a class can.
  private final class Secured {
    var session: TLSSession
    var clear = ReadBuffer()

    init?(_ session: consuming TLSSession?) {
      guard let session else { return nil }
      self.session = session
    }

    func read() throws(TLSError) -> Int? {
      try clear.fill { (bytes) throws(TLSError) in try session.read(into: bytes) }
    }
  }

  /// What TLS, or the socket, is to take next, of which `takenCount` bytes are taken.
  private var plain: [UInt8]
  private var takenCount: Int
  /// What is on its way to the kernel, of which `sentCount` bytes are there.
  private var outgoing: [UInt8]
  private var sentCount: Int
  private var incoming = ReadBuffer()

  /// Connects along `route`, and returns once every layer is open.
  /// - Parameters:
  ///   - connectTimeout: how long each address has to accept the connection of TCP.
  ///   - openTimeout: how long the layers may take together after that.
  ///   - wakeup: ends the attempt when it rings.
  static func open(
    _ route: Route, connectTimeout: Duration, openTimeout: Duration, wakeup: Wakeup?
  ) throws(ClientError) -> Transport {
    // What cannot be asked for is found before anybody is asked.
    let proxy = try route.makeProxyHandshake()
    let webSocket = try route.makeWebSocket()
    let tls = Secured(try route.makeTLSSession())
    var transport = Transport(
      try route.connect(timeout: connectTimeout, wakeup: wakeup), proxy, tls, webSocket)
    try transport.open(until: Clock.sinceBoot + openTimeout, wakeup: wakeup)
    return transport
  }

  private init(
    _ socket: consuming Socket, _ proxy: ProxyHandshake?, _ tls: Secured?,
    _ webSocket: WebSocket<Random>?
  ) {
    self.socket = socket
    self.proxy = proxy
    self.tls = tls
    self.webSocket = webSocket
    (plain, takenCount) = ([], 0)
    (outgoing, sentCount) = ([], 0)
  }

  /// Whether there are bytes that the kernel has not taken.
  var hasOutput: Bool {
    if sentCount < outgoing.count || takenCount < plain.count { return true }
    if let webSocket, webSocket.hasOutput { return true }
    return tls?.session.hasOutput ?? false
  }

  /// Takes bytes to send. The caller has seen to it that `hasOutput` is false, so that no more than
  /// one lot waits at a time.
  mutating func send(_ bytes: consuming [UInt8]) throws(ClientError) {
    guard webSocket != nil else {
      plain = bytes
      takenCount = 0
      return
    }
    do throws(WebSocketError) {
      try webSocket?.send(bytes.span)
    } catch {
      throw .webSocket(error)
    }
  }

  /// Gives the kernel as much as it takes without waiting.
  mutating func flush() throws(ClientError) {
    while try writeOutgoing() {
      do throws(ClientError) {
        try refill()
      } catch {
        // An alert may say why. That it cannot be sent is not what went wrong.
        do throws(ClientError) { _ = try writeOutgoing() } catch {}
        throw error
      }
      if outgoing.isEmpty { return }
    }
  }

  /// Hands `body` what has come, if anything has. Where a layer fails, the other end is told why, if
  /// the layer has words for it and the kernel takes them at once.
  /// - Returns: whether the other end has closed.
  mutating func receive(
    _ body: (Span<UInt8>) throws(ClientError) -> Void
  ) throws(ClientError) -> Bool {
    do throws(ClientError) {
      return try receiveOnce(body)
    } catch {
      // Mostly it fails for the same reason.
      do throws(ClientError) { try flush() } catch {}
      throw error
    }
  }

  private mutating func receiveOnce(
    _ body: (Span<UInt8>) throws(ClientError) -> Void
  ) throws(ClientError) -> Bool {
    guard let count = try readSocket() else { return false }
    guard count > 0 else { return try receiveEnd(body) }
    let bytes = incoming.bytes
    return try receive(bytes.span.extracting(0..<count), body)
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

  /// Tells the other end, in every layer, that nothing more will be sent. What the kernel does not
  /// take at once of that is not said.
  mutating func finish() throws(ClientError) {
    webSocket?.close()
    try flush()
    tls?.session.close()
    try flush()
    do { try socket.finishWriting() } catch { throw .connectionLost(error) }
  }

  /// Tries to say `bytes` behind what was sent before, and that nothing more will come, for a
  /// connection that is given up. It never waits: where the kernel takes no more they are not said.
  mutating func sendLastWords(_ bytes: [UInt8]) {
    do throws(ClientError) {
      try flush()
      // Nothing can be said in the middle of something else.
      if hasOutput { return }
      try send(bytes)
      try finish()
    } catch {
      // The caller knows already that the connection is of no use.
    }
  }
}

extension Transport {
  private var isOpen: Bool {
    if proxy != nil { return false }
    if let webSocket, !webSocket.isOpen { return false }
    return tls?.session.isEstablished ?? true
  }

  /// Drives the layers' handshakes. Nothing for MQTT can come before they are over: the broker waits
  /// for CONNECT.
  private mutating func open(until deadline: Duration, wakeup: Wakeup?) throws(ClientError) {
    while true {
      try flush()
      if isOpen { return }
      let awaited = try wait(
        for: hasOutput ? [.readable, .writable] : .readable, until: deadline, wakeup: wakeup)
      if awaited.rang { throw .cancelled }
      if awaited.readiness.isEmpty && Clock.sinceBoot >= deadline { throw .openTimeout }
      if try receive({ (_) throws(ClientError) in }) { throw .closedByBroker(insidePacket: false) }
    }
  }

  /// - Returns: whether the kernel has taken all of it.
  private mutating func writeOutgoing() throws(ClientError) -> Bool {
    while sentCount < outgoing.count {
      guard let count = try writeSocket() else { return false }
      sentCount += count
    }
    outgoing = []
    sentCount = 0
    return true
  }

  /// Takes from the layers what is to be sent next.
  private mutating func refill() throws(ClientError) {
    if proxy != nil {
      outgoing = proxy?.takeOutput() ?? []
      return
    }
    if takenCount == plain.count, webSocket?.hasOutput == true {
      plain = webSocket?.takeOutput() ?? []
      takenCount = 0
    }
    guard tls != nil else {
      outgoing = plain
      plain = []
      takenCount = 0
      return
    }
    try encrypt()
  }

  private mutating func encrypt() throws(ClientError) {
    do throws(TLSError) {
      if tls?.session.isEstablished == false { try tls?.session.advance() }
      if takenCount < plain.count {
        takenCount += try tls?.session.write(plain.span.extracting(takenCount...)) ?? 0
        if takenCount == plain.count {
          plain = []
          takenCount = 0
        }
      }
      outgoing = tls?.session.takeOutput() ?? []
    } catch {
      // An alert may say why.
      outgoing = tls?.session.takeOutput() ?? []
      throw .tls(error)
    }
  }

  /// Takes bytes from the socket up through the layers.
  private mutating func receive(
    _ bytes: Span<UInt8>, _ body: (Span<UInt8>) throws(ClientError) -> Void
  ) throws(ClientError) -> Bool {
    guard proxy != nil else { return try decrypt(bytes, body) }
    let rest: [UInt8]?
    do throws(ProxyError) {
      rest = try proxy?.receive(bytes)
    } catch {
      throw .proxy(error)
    }
    guard let rest else { return false }
    proxy = nil
    return rest.isEmpty ? false : try decrypt(rest.span, body)
  }

  private mutating func decrypt(
    _ bytes: Span<UInt8>, _ body: (Span<UInt8>) throws(ClientError) -> Void
  ) throws(ClientError) -> Bool {
    guard tls != nil else {
      try unwrap(bytes, body)
      return false
    }
    do throws(TLSError) {
      try tls?.session.receive(bytes)
      if tls?.session.isEstablished == false { try tls?.session.advance() }
    } catch {
      throw .tls(error)
    }
    return try readDecrypted(body)
  }

  /// - Returns: whether the other end has closed TLS in order.
  private mutating func readDecrypted(
    _ body: (Span<UInt8>) throws(ClientError) -> Void
  ) throws(ClientError) -> Bool {
    while let tls {
      let count: Int?
      do throws(TLSError) {
        count = try tls.read()
      } catch {
        throw .tls(error)
      }
      guard let count else { break }
      guard count > 0 else { return true }
      let clear = tls.clear.bytes
      try unwrap(clear.span.extracting(0..<count), body)
    }
    return false
  }

  private mutating func unwrap(
    _ bytes: Span<UInt8>, _ body: (Span<UInt8>) throws(ClientError) -> Void
  ) throws(ClientError) {
    guard webSocket != nil else { return try body(bytes) }
    var failure: WebSocketError?
    do throws(WebSocketError) {
      try webSocket?.receive(bytes)
    } catch {
      failure = error
    }
    // What came before the failure counts.
    let payload = webSocket?.read() ?? []
    if !payload.isEmpty { try body(payload.span) }
    if let failure { throw .webSocket(failure) }
  }

  private mutating func receiveEnd(
    _ body: (Span<UInt8>) throws(ClientError) -> Void
  ) throws(ClientError) -> Bool {
    do throws(ProxyError) {
      try proxy?.receiveEnd()
    } catch {
      throw .proxy(error)
    }
    tls?.session.receiveEnd()
    _ = try readDecrypted(body)
    do throws(WebSocketError) {
      try webSocket?.receiveEnd()
    } catch {
      throw .webSocket(error)
    }
    return true
  }
}

extension Transport {
  /// How many bytes came; 0 at the end, nil where there are none now.
  private mutating func readSocket() throws(ClientError) -> Int? {
    do throws(Errno) {
      return try incoming.fill { (bytes) throws(Errno) in try socket.read(into: bytes) }
    } catch {
      if error == .wouldBlock { return nil }
      throw .connectionLost(error)
    }
  }

  /// How many bytes the kernel took; nil where it takes none now.
  private func writeSocket() throws(ClientError) -> Int? {
    do throws(Errno) {
      return try outgoing.withUnsafeBufferPointer { (bytes) throws(Errno) in
        try socket.write(
          UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[sentCount...]))
      }
    } catch {
      if error == .wouldBlock { return nil }
      throw .connectionLost(error)
    }
  }
}
