import Glibc
import System
import TestSupport

@testable import Buses

/// A line in simulated time: bytes that come at their moment, whatever the test does meanwhile.
///
/// libmodbus reads a socket. What comes before the deadline is put into it, with the time that it came
/// at kept; what libmodbus has not taken comes back, and the time is that of the last byte that it has.
final class SimulatedWire: RTUWire {
  /// Something that comes over the line.
  struct Arrival {
    let time: Duration
    /// nil: the line is cut.
    let byte: UInt8?
  }

  private(set) var now: Duration = .zero
  /// The end that libmodbus has.
  let descriptor: Int32
  private let other: Int32
  private var arrivals: [Arrival] = []
  /// Told of what is sent; may call `put`.
  var sent: ([UInt8]) -> Void = { _ in }
  /// Asked before time passes: what comes by itself until then.
  var unasked: (Duration) -> Void = { _ in }

  init() throws {
    var ends: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0 else { throw Errno.last }
    (descriptor, other) = (ends[0], ends[1])
  }

  deinit {
    close(descriptor)
    close(other)
  }

  /// Puts bytes on the line, one after the other; a cut after them if need be.
  /// - Returns: when the last is over.
  @discardableResult
  func put(
    _ bytes: [UInt8], at start: Duration, each time: Duration, isCut: Bool = false
  ) -> Duration {
    var end = max(start, now)
    for byte in bytes {
      end += time
      insert(Arrival(time: end, byte: byte))
    }
    if isCut { insert(Arrival(time: end + time, byte: nil)) }
    return end
  }

  /// What was put first comes first.
  private func insert(_ arrival: Arrival) {
    var index = arrivals.count
    while index > 0, arrivals[index - 1].time > arrival.time { index -= 1 }
    arrivals.insert(arrival, at: index)
  }

  /// Forgets what is under way.
  func clear() {
    arrivals = []
  }

  /// Whether anything more comes after that time.
  func hasArrivals(after time: Duration) -> Bool { arrivals.contains { $0.time > time } }

  func pause(for time: Duration) {
    unasked(now + time)
    now += max(time, .zero)
  }

  func hear(_ descriptor: Int32, into buffer: inout [UInt8], for time: Duration) -> Int32 {
    let end = now + max(time, .zero)
    prepare(until: end)
    guard let first = arrivals.first, first.time <= end else {
      now = end
      return 0
    }
    now = max(now, first.time)
    if first.byte == nil { return cut() }
    var count = 0
    while count < buffer.count, let next = arrivals.first, next.time <= now, let byte = next.byte {
      buffer[count] = byte
      count += 1
      arrivals.removeFirst()
    }
    return Int32(count)
  }

  func receive(
    _ context: OpaquePointer, into frame: inout [UInt8], for time: Duration
  ) -> Int32 {
    let end = now + max(time, .zero)
    prepare(until: end)
    let coming = Array(arrivals.prefix { $0.time <= end && $0.byte != nil })
    let bytes = coming.compactMap(\.byte)
    _ = write(other, bytes, bytes.count)
    // All that can come is there.
    let real = SystemWire()
    let result = real.receive(context, into: &frame, for: .microseconds(1))
    var rest = [UInt8](repeating: 0, count: bytes.count + 1)
    let left = recv(descriptor, &rest, rest.count, Int32(MSG_DONTWAIT))
    let taken = coming.count - max(left, 0)
    arrivals.removeFirst(taken)
    if result == -ETIMEDOUT {
      if let next = arrivals.first, next.byte == nil, next.time <= end {
        now = max(now, next.time)
        return cut()
      }
      now = end
    } else if taken > 0 {
      now = max(now, coming[taken - 1].time)
    }
    return result
  }

  private func cut() -> Int32 {
    arrivals.removeFirst()
    return -EIO
  }

  /// Takes notice of what was sent, and of what comes by itself.
  private func prepare(until end: Duration) {
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = recv(other, &bytes, bytes.count, Int32(MSG_DONTWAIT))
    if count > 0 { sent(Array(bytes[..<count])) }
    unasked(end)
  }
}
