internal import Status
internal import System

/// Answers who asks for the status, on a Unix socket and on a TCP port of the loopback interface.
///
/// One connection is served at a time, each within short limits, so that a client that says nothing
/// holds the next one up for a moment only, and costs no more memory than one request.
final class StatusServer: Sendable {
  private let unix: ListeningSocket?
  private let tcp: ListeningSocket?
  private let watch: WatchSet
  private let bell: Wakeup
  private let isStopping = Locked(false)
  private let status: @Sendable () -> GatewayStatus

  /// A client has so long to say what it wants.
  private static let requestTimeout: Duration = .seconds(1)
  /// And so long to take the answer.
  private static let answerTimeout: Duration = .seconds(2)
  /// What a refused client still says is thrown away for so long, for closing over it would take the
  /// answer back (RFC 9112, 9.6).
  private static let farewellTimeout: Duration = .milliseconds(200)
  /// What it may still say.
  private static let farewellMax = 64 << 10
  /// After a failure to take a connection, e.g. with too many open files.
  private static let failurePause: Duration = .seconds(1)

  private static let unixMark: UInt32 = 0
  private static let tcpMark: UInt32 = 1

  /// A server on one socket or two.
  /// - Parameter status: called on the server's thread for each answer that tells of it.
  /// - Throws: `EMFILE`, `ENFILE` where there are too many open files.
  init(
    unix: consuming ListeningSocket?, tcp: consuming ListeningSocket?,
    status: @escaping @Sendable () -> GatewayStatus
  ) throws(Errno) {
    let bell = try Wakeup()
    let watch = try WatchSet(wakeup: bell)
    if let number = unix?.descriptorNumber {
      try watch.add(number, mark: StatusServer.unixMark)
    }
    if let number = tcp?.descriptorNumber { try watch.add(number, mark: StatusServer.tcpMark) }
    self.bell = bell
    self.watch = watch
    self.unix = unix
    self.tcp = tcp
    self.status = status
  }

  /// Asks the thread to end; it does within the limits of one connection.
  func requestStop() {
    isStopping.withLock { $0 = true }
    bell.ring()
  }

  /// Works on the calling thread until it is asked to stop.
  func run() {
    while !isStopping.withLock({ $0 }) {
      do throws(Errno) {
        for mark in try watch.wait(timeout: Poll.idle) {
          if isStopping.withLock({ $0 }) { return }
          try serve(mark)
        }
      } catch {
        // Who wanted to connect has gone, or there are too many open files: the next one waits.
        if error != .wouldBlock { pause() }
      }
    }
  }

  private func serve(_ mark: UInt32) throws(Errno) {
    if mark == StatusServer.unixMark {
      guard let connection = try unix?.accept() else { return }
      serve(connection)
    } else {
      guard let connection = try tcp?.accept() else { return }
      serve(connection)
    }
  }

  private func pause() {
    // The bell ends it early; where even waiting fails, sleeping does not.
    do throws(Errno) {
      try Poll.wait(for: bell, timeout: StatusServer.failurePause)
    } catch {
      Clock.sleep(for: StatusServer.failurePause)
    }
  }

  private func serve(_ connection: borrowing Socket) {
    do throws(Errno) {
      guard let answer = try answer(to: connection) else { return }
      try send(answer, over: connection)
      try connection.finishWriting()
      try takeLeave(of: connection)
    } catch {
      // The client is gone, or has not taken its answer: its loss.
      return
    }
  }

  /// The answer to a request; nil where it has not come in time, or the server is to stop.
  private func answer(to connection: borrowing Socket) throws(Errno) -> [UInt8]? {
    let deadline = Clock.sinceBoot + StatusServer.requestTimeout
    var request: [UInt8] = []
    while true {
      let awaited = try connection.wait(
        for: .readable, timeout: deadline - Clock.sinceBoot, wakeup: bell)
      if awaited.rang || awaited.readiness.isEmpty { return nil }
      let more = try read(from: connection)
      if more.isEmpty { return nil }
      request += more
      switch StatusHTTP.answer(to: request, status: status) {
      case .moreNeeded: continue
      case .answer(let answer): return answer
      }
    }
  }

  private func send(_ answer: [UInt8], over connection: borrowing Socket) throws(Errno) {
    let deadline = Clock.sinceBoot + StatusServer.answerTimeout
    var sent = 0
    while sent < answer.count {
      do throws(Errno) {
        sent += try answer[sent...].withUnsafeBufferPointer { (rest) throws(Errno) in
          try connection.write(UnsafeRawBufferPointer(rest))
        }
      } catch {
        guard error == .wouldBlock else { throw error }
        let awaited = try connection.wait(
          for: .writable, timeout: deadline - Clock.sinceBoot, wakeup: bell)
        if awaited.rang || awaited.readiness.isEmpty { throw .timedOut }
      }
    }
  }

  /// Waits until the client has closed, or for a moment.
  private func takeLeave(of connection: borrowing Socket) throws(Errno) {
    let deadline = Clock.sinceBoot + StatusServer.farewellTimeout
    var thrownAway = 0
    while thrownAway < StatusServer.farewellMax {
      let awaited = try connection.wait(for: .readable, timeout: deadline - Clock.sinceBoot)
      if awaited.readiness.isEmpty { return }
      let more = try read(from: connection)
      if more.isEmpty { return }
      thrownAway += more.count
    }
  }

  /// What has come; nothing at the end.
  private func read(from connection: borrowing Socket) throws(Errno) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: StatusServer.readMax)
    let count: Int
    do throws(Errno) {
      count = try buffer.withUnsafeMutableBufferPointer { (buffer) throws(Errno) in
        try connection.read(into: UnsafeMutableRawBufferPointer(buffer))
      }
    } catch {
      // It was told readable and has failed.
      throw error == .wouldBlock ? .brokenPipe : error
    }
    return Array(buffer[..<count])
  }

  private static let readMax = 1_024
}
