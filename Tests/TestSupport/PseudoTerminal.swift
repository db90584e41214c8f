public import Glibc
public import System

/// A pseudo-terminal: what is done at `path` as on a serial port is seen here; it goes away, as an
/// adapter does that is unplugged, when it is let go of.
public final class PseudoTerminal: Sendable {
  /// The end that the test has.
  public let descriptor: FileDescriptor
  /// The end that is used like a serial port.
  public let path: String
  /// Keeps the other end from hanging up while nobody has it open.
  private let holder: FileDescriptor

  /// A line that passes bytes on as they are.
  public init() throws(Errno) {
    let descriptor = FileDescriptor(owning: open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC))
    // ioctl_tty(2): unlock the other end and ask for its number.
    let (setLock, getNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)
    var (isLocked, number): (Int32, Int32) = (0, -1)
    guard ioctl(descriptor.rawValue, setLock, &isLocked) == 0,
      ioctl(descriptor.rawValue, getNumber, &number) == 0
    else { throw Errno.last }
    var settings = termios()
    tcgetattr(descriptor.rawValue, &settings)
    cfmakeraw(&settings)
    tcsetattr(descriptor.rawValue, TCSANOW, &settings)
    path = "/dev/pts/\(number)"
    holder = FileDescriptor(owning: open(path, O_RDWR | O_NOCTTY | O_CLOEXEC))
    self.descriptor = descriptor
  }

  /// The speed that it has been set to, e.g. B9600 (cfgetospeed(3)).
  public var speed: speed_t {
    var settings = termios()
    tcgetattr(holder.rawValue, &settings)
    return cfgetospeed(&settings)
  }

  /// Writes all of `bytes`; false where there is no room.
  @discardableResult
  public func send(_ bytes: [UInt8]) -> Bool {
    write(descriptor.rawValue, bytes, bytes.count) == bytes.count
  }

  /// What comes, up to `count` bytes, while no gap between two is longer than `limit`.
  public func receive(_ count: Int, within limit: Duration = .seconds(2)) -> [UInt8] {
    var bytes: [UInt8] = []
    var request = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
    while bytes.count < count, poll(&request, 1, Int32(limit.milliseconds)) == 1 {
      var byte: UInt8 = 0
      guard read(descriptor.rawValue, &byte, 1) == 1 else { break }
      bytes.append(byte)
    }
    return bytes
  }

  /// What has come, and waits for it until `wakeup` rings; nil then.
  func receiveSome(within limit: Duration, or wakeup: Wakeup) throws(Errno) -> [UInt8]? {
    let awaited = try Poll.wait(for: descriptor, .readable, timeout: limit, wakeup: wakeup)
    if awaited.rang { return nil }
    guard awaited.readiness.contains(.readable) else { return [] }
    var bytes = [UInt8](repeating: 0, count: 4_096)
    return Array(bytes[..<max(0, read(descriptor.rawValue, &bytes, bytes.count))])
  }
}

/// A frame with its check, worked out bit by bit (MODBUS over Serial Line V1.02, 6.2.2), low byte
/// first.
public func rtuFrame(_ bytes: [UInt8]) -> [UInt8] {
  var crc: UInt16 = 0xFFFF
  for byte in bytes {
    crc ^= UInt16(byte)
    for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xA001 : crc >> 1 }
  }
  return bytes + [UInt8(crc & 0xFF), UInt8(crc >> 8)]
}
