import Configuration
import Drivers
import Foundation
import System
import Testing

@testable import Buses

/// A TCP socket of a test, with a time limit on every read.
final class TestSocket: Sendable {
  let descriptor: Int32

  init(owning descriptor: Int32) {
    self.descriptor = descriptor
    var limit = timeval(tv_sec: 5, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  /// A connection to a port on this machine.
  convenience init(connectingTo port: UInt16) throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.init(owning: descriptor)
    var address = loopback(port)
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    try #require(result == 0)
  }

  deinit {
    close(descriptor)
  }

  /// Writes all of `bytes`; false where the other end has closed.
  @discardableResult
  func send(_ bytes: [UInt8]) -> Bool {
    Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
  }

  /// Reads `count` bytes; fewer where the other end has closed, or nothing came for 5 s.
  func receive(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      let result = bytes[done...].withUnsafeMutableBytes {
        recv(descriptor, $0.baseAddress, $0.count, 0)
      }
      if result <= 0 { break }
      done += result
    }
    return Array(bytes[..<done])
  }

  /// Whether the other end has closed, within 5 s, after whatever it had still sent.
  func isClosedByPeer() -> Bool {
    var byte: UInt8 = 0
    while true {
      let result = recv(descriptor, &byte, 1, 0)
      if result > 0 { continue }
      return result == 0 || errno == ECONNRESET
    }
  }

  /// Sends a request and returns the answer's protocol data unit, without its header.
  func ask(_ pdu: [UInt8], unit: UInt8 = 1, transaction: UInt16 = 0x1234) -> [UInt8] {
    send(frame(pdu, unit: unit, transaction: transaction))
    let header = receive(7)
    guard header.count == 7 else { return [] }
    #expect(header[..<4] == [UInt8(transaction >> 8), UInt8(transaction & 0xFF), 0, 0])
    #expect(header[6] == unit)
    return receive(Int(header[4]) << 8 + Int(header[5]) - 1)
  }
}

/// A Modbus TCP frame (MODBUS Messaging on TCP/IP Implementation Guide V1.0b, 3.1.3).
func frame(_ pdu: [UInt8], unit: UInt8 = 1, transaction: UInt16 = 0x1234) -> [UInt8] {
  let length = pdu.count + 1
  return [
    UInt8(transaction >> 8), UInt8(transaction & 0xFF), 0, 0, UInt8(length >> 8),
    UInt8(length & 0xFF), unit,
  ] + pdu
}

/// The address of a port on this machine.
func loopback(_ port: UInt16) -> sockaddr_in {
  sockaddr_in(
    sin_family: sa_family_t(AF_INET), sin_port: port.bigEndian,
    sin_addr: in_addr(s_addr: UInt32(0x7F00_0001).bigEndian), sin_zero: (0, 0, 0, 0, 0, 0, 0, 0))
}

/// A listening socket on this machine, on a port that was free.
func listenOnLoopback() throws -> (descriptor: Int32, port: UInt16) {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  var address = loopback(0)
  var length = socklen_t(MemoryLayout<sockaddr_in>.size)
  let result = withUnsafeMutablePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      bind(descriptor, $0, length) + listen(descriptor, 16) + getsockname(descriptor, $0, &length)
    }
  }
  try #require(result == 0)
  return (descriptor, address.sin_port.bigEndian)
}

/// A Modbus TCP slave that does with each connection, one after the other, what a test says.
final class ScriptedSlave: Sendable {
  let port: UInt16
  private let listener: TestSocket
  private let accepted = Locked(0)
  private let done = Locked(false)

  /// - Parameter connections: what is done with the first connection, the second, and so on; the
  ///   last for all that follow.
  init(_ connections: [@Sendable (TestSocket) -> Void]) throws {
    let (descriptor, port) = try listenOnLoopback()
    self.port = port
    listener = TestSocket(owning: descriptor)
    let (listener, accepted, done) = (listener, accepted, done)
    _ = try System.Thread("slave") {
      while true {
        let client = accept(listener.descriptor, nil, nil)
        guard client >= 0 else {
          if done.withLock({ $0 }) || (errno != EAGAIN && errno != EINTR) { return }
          continue
        }
        let index = accepted.withLock { count in
          defer { count += 1 }
          return count
        }
        connections[min(index, connections.count - 1)](TestSocket(owning: client))
      }
    }
  }

  convenience init(_ connection: @escaping @Sendable (TestSocket) -> Void) throws {
    try self.init([connection])
  }

  deinit {
    done.withLock { $0 = true }
    shutdown(listener.descriptor, Int32(SHUT_RDWR))
  }

  /// How many connections there have been.
  var connections: Int { accepted.withLock { $0 } }
}

extension TestSocket {
  /// Answers requests for registers with words that tell the address they were asked from, until
  /// the other end closes.
  func answerAll() {
    while true {
      let request = receive(12)
      guard request.count == 12 else { return }
      answer(request)
    }
  }

  /// The answer to one request for registers: each word is its own address.
  func answer(_ request: [UInt8], transaction: UInt16? = nil) {
    let address = Int(request[8]) << 8 | Int(request[9])
    let count = Int(request[10]) << 8 | Int(request[11])
    var pdu = [request[7], UInt8(2 * count)]
    for word in address..<address + count { pdu += [UInt8(word >> 8), UInt8(word & 0xFF)] }
    send(
      frame(
        pdu, unit: request[6],
        transaction: transaction ?? (UInt16(request[0]) << 8 | UInt16(request[1]))))
  }
}

/// A `ModbusServer` on a thread of its own.
final class RunningServer: Sendable {
  let port: UInt16
  private let stop: Wakeup
  private let thread: System.Thread

  init(
    unit: UInt8? = nil, _ update: @escaping @Sendable (Duration) -> [RegisterBlock]
  ) throws {
    let server = try ModbusServer(port: 0, unit: unit)
    port = server.port
    let stop = try Wakeup()
    self.stop = stop
    thread = try System.Thread("server") {
      do {
        try server.run(update: update, until: stop)
      } catch {
        Issue.record("the server ended: \(error)")
      }
    }
  }

  /// Whether it ended when it was told to.
  func end() -> Bool {
    stop.ring()
    return thread.join(within: .seconds(5))
  }

  deinit {
    stop.ring()
  }
}
