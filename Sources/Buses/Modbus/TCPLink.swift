internal import CModbus
internal import Drivers
internal import System

/// A connection to one host that libmodbus talks over: opened when it is needed, and left alone for
/// a while where that fails.
struct TCPLink: ~Copyable {
  private let host: String
  private let port: UInt16
  private var pause: ReconnectPause
  private var socket: Socket?

  init(host: String, port: UInt16, pauses: ClosedRange<Duration>) {
    self.host = host
    self.port = port
    pause = ReconnectPause(pauses)
  }

  /// Connects; a connection that there was is closed. Within a pause after a failed attempt this
  /// fails at once with that attempt's error.
  /// - Returns: the socket, for libmodbus; it stays this link's to close.
  mutating func open(timeout: Duration) throws(BusError) -> Int32 {
    if let error = pause.refusal(now: Clock.sinceBoot) { throw error }
    let descriptor: Int32
    do throws(SocketError) {
      let socket = try Socket(connectingTo: Endpoint(host: host, port: port), timeout: timeout)
      descriptor = socket.descriptorNumber
      guard descriptor < cmodbus_descriptor_limit else {
        throw .connectFailed(.tooManyOpenFiles)
      }
      self.socket = consume socket
    } catch {
      let error = BusError(error)
      pause.failed(error, now: Clock.sinceBoot)
      throw error
    }
    pause.succeeded()
    return descriptor
  }

  mutating func close() {
    socket = nil
  }
}
