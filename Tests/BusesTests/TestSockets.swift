import Configuration
import Drivers
import Foundation
import System
import TestSupport
import Testing

@testable import Buses

extension TestSocket {
  /// Reads `count` bytes; fewer where the other end has closed, none where they did not come in time.
  func receive(_ count: Int) -> [UInt8] {
    (try? read(count)) ?? []
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

/// A Modbus TCP slave that does with each connection, one after the other, what a test says.
final class ScriptedSlave: Sendable {
  private let listener: Listener
  private let accepted = Locked(0)

  /// - Parameter connections: what is done with the first connection, the second, and so on; the
  ///   last for all that follow.
  init(_ connections: [@Sendable (TestSocket) -> Void]) throws {
    let listener = try Listener()
    self.listener = listener
    let accepted = accepted
    _ = try System.Thread("slave") {
      while let client = try? listener.accept(within: Poll.idle) {
        let index = accepted.withLock { count in
          defer { count += 1 }
          return count
        }
        connections[min(index, connections.count - 1)](client)
      }
    }
  }

  convenience init(_ connection: @escaping @Sendable (TestSocket) -> Void) throws {
    try self.init([connection])
  }

  deinit {
    listener.stop()
  }

  var port: UInt16 { listener.port }

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
    unit: UInt8? = nil, framing: ModbusServer.Framing = .tcp,
    _ update: @escaping @Sendable (Duration) -> [RegisterBlock]
  ) throws {
    let server = try ModbusServer(port: 0, unit: unit, framing: framing)
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
