internal import CModbus
internal import Drivers
internal import System

/// Opening a TCP connection.
///
/// libmodbus could do it, but tells little of what went wrong: a name that is not known, a host
/// that cannot be reached and a port where nothing listens are all ECONNREFUSED to it
/// (modbus-tcp.c, `_connect` and `_modbus_tcp_pi_connect`).
enum TCPConnection {
  /// More addresses of one name than these are not tried: each may take the whole timeout.
  static let addressesMax = 4

  /// Connects to the first address of `host` that answers.
  ///
  /// Asking the name service may take longer than `timeout`; resolv.conf(5) says how long.
  /// - Parameter timeout: for each address.
  /// - Returns: a socket that does not block.
  /// - Throws: what was wrong with the first address, which is the one the system prefers.
  static func open(
    host: String, port: UInt16, timeout: Duration
  ) throws(BusError) -> FileDescriptor {
    var list: UnsafeMutablePointer<addrinfo>?
    let service = "\(port)"
    let failure = host.withCString { host in
      service.withCString { service in cmodbus_resolve(host, service, &list) }
    }
    guard failure == 0 else {
      throw BusError(nameServiceError: failure, errno: cmodbus_errno())
    }
    defer { freeaddrinfo(list) }

    var firstError: BusError?
    var next = list
    var tried = 0
    while let address = next, tried < addressesMax {
      do {
        return try open(address.pointee, timeout: timeout)
      } catch {
        firstError = firstError ?? error
      }
      next = address.pointee.ai_next
      tried += 1
    }
    throw firstError ?? .nameNotFound
  }

  private static func open(
    _ address: addrinfo, timeout: Duration
  ) throws(BusError) -> FileDescriptor {
    let number = cmodbus_socket(address.ai_family)
    guard number >= 0 else { throw BusError(errno: cmodbus_errno()) }
    let socket = FileDescriptor(owning: number)
    guard number < cmodbus_descriptor_limit else { throw .system(EMFILE) }
    var failure = cmodbus_connect(number, address.ai_addr, address.ai_addrlen)
    if failure == EINPROGRESS {
      let readiness: Poll.Readiness
      do {
        readiness = try Poll.wait(for: socket, .writable, timeout: timeout)
      } catch {
        throw .system(error.rawValue)
      }
      guard !readiness.isEmpty else { throw .timeout }
      failure = cmodbus_connect_result(number)
    }
    guard failure == 0 else { throw BusError(errno: failure) }
    return socket
  }
}
