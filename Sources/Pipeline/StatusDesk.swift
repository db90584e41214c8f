internal import Configuration
internal import System

/// The thread that answers who asks for the status.
struct StatusDesk {
  private let server: StatusServer
  private let thread: Thread

  /// Opens what the settings say; nil where that is nothing. A socket that cannot be opened is told
  /// and gone without: readings matter more.
  /// - Throws: where the system refuses another thread or event.
  static func open(_ settings: StatusSettings, _ board: StatusBoard) throws(Errno) -> StatusDesk? {
    var unix: ListeningSocket?
    if let path = path(settings.socket) {
      do throws(Errno) {
        unix = try listen { () throws(Errno) in try ListeningSocket(unixSocket: path) }
      } catch {
        Log.warning("no status socket", ["path": path, "reason": error.text])
      }
    }
    var tcp: ListeningSocket?
    if let place = settings.http {
      do throws(Errno) {
        tcp = try listen { () throws(Errno) in
          try ListeningSocket(loopback: Endpoint(host: place.address, port: place.port))
        }
      } catch {
        Log.warning(
          "no status over HTTP",
          ["address": place.address, "port": "\(place.port)", "reason": error.text])
      }
    }
    let isNothing = unix == nil && tcp == nil
    if isNothing { return nil }
    let server = try StatusServer(unix: unix, tcp: tcp) { board.status }
    return StatusDesk(server: server, thread: try Thread("status") { server.run() })
  }

  /// Ends it. A client that is served has its answer first, or does not get it.
  func close() {
    server.requestStop()
    thread.join(within: StatusDesk.closingMax)
  }

  /// Part of the time that there is to stop.
  private static let closingMax: Duration = .milliseconds(300)

  /// The desk before, of this process, may take some milliseconds to be gone.
  private static let attemptsMax = 10
  private static let pause: Duration = .milliseconds(20)

  private static func listen(
    _ open: () throws(Errno) -> ListeningSocket
  ) throws(Errno) -> ListeningSocket {
    for _ in 1..<attemptsMax {
      do throws(Errno) {
        return try open()
      } catch {
        guard error == .addressInUse else { throw error }
        Clock.sleep(for: pause)
      }
    }
    return try open()
  }

  private static func path(_ place: StatusSettings.SocketPlace) -> String? {
    switch place {
    case .none: nil
    case .path(let path): path
    case .usual:
      // Only a service has that folder.
      Files.exists("/run/godwit") ? StatusSettings.usualSocket : nil
    }
  }
}
