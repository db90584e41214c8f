internal import MQTT
internal import MQTTClient
internal import System

/// Keeps a tool connected: makes the connection, hands it to the tool, and makes another one when it
/// is lost.
final class Connector {
  let reporter: Reporter
  let stop: Stop
  /// Whether the broker has accepted a connection yet.
  private(set) var hasConnected = false
  /// Whether the broker keeps the session when the connection ends, so that the next goes on with
  /// what this one has not finished.
  private(set) var isKept = false
  /// Whether the broker has closed the last connection in order, with everything that was sent.
  private(set) var isFarewell = false
  /// After this no other attempt is made.
  var deadline: Duration?

  private let options: ConnectionOptions
  private var clientOptions: Client.Options
  private var session = Session.State()
  private var backoff = Backoff(minimum: .seconds(1), maximum: .seconds(30))
  private var random = Random()

  /// - Parameters:
  ///   - name: the command's, e.g. "godwit pub".
  ///   - inFlightMax: how many messages may wait for their acknowledgement; nil for the default.
  init(_ name: String, _ options: ConnectionOptions, _ stop: Stop, inFlightMax: Int? = nil) {
    self.options = options
    self.stop = stop
    let clientID = options.makeClientID()
    reporter = Reporter(name, options, clientID: clientID)
    clientOptions = options.makeClientOptions(clientID: clientID)
    if let inFlightMax { clientOptions.session.inFlightMax = inFlightMax }
  }

  /// The connection has proved itself: the pauses begin with the shortest again.
  func proved() {
    backoff.reset()
  }

  /// Connects and calls `drive`, again after a loss where `reconnects`, until it returns.
  /// - Parameters:
  ///   - drive: uses the connection, and returns how long the broker may take to close it when it is
  ///     told goodbye; nil where it is not to be told.
  ///   - lost: takes what is left of a connection that broke; false ends it.
  /// - Returns: nil where `drive` or `lost` has ended it, or the user, or the deadline; else how the
  ///   connection failed, and that has been told.
  func run(
    reconnects: Bool, drive: (inout Client) throws(ClientError) -> Duration?,
    lost: (inout Client) -> Bool
  ) -> ExitStatus? {
    do throws(ClientError) {
      let route = try options.makeRoute()
      while true {
        do throws(ClientError) {
          try connect(route, drive, lost)
          return nil
        } catch {
          if stop.isRequested { return nil }
          // Who cannot connect at all is told so at once.
          guard hasConnected, reconnects, error.isTransient else { throw error }
          if try !pause(after: error) { return nil }
        }
      }
    } catch {
      reporter.tell(error.text)
      return ExitStatus(error, version: options.version)
    }
  }

  private func connect(
    _ route: Route, _ drive: (inout Client) throws(ClientError) -> Duration?,
    _ lost: (inout Client) -> Bool
  ) throws(ClientError) {
    reporter.sending("CONNECT")
    var client = try Client(
      connectingTo: route, options: clientOptions, resuming: session, wakeup: stop.wakeup)
    reporter.received("CONNACK (0)")
    clientOptions.session.version = client.version
    isKept =
      !clientOptions.session.cleanStart
      || client.version == .v5 && clientOptions.session.sessionExpiry > 0
    if isKept { clientOptions.session.cleanStart = false }
    let goodbyeTimeout: Duration?
    do throws(ClientError) {
      goodbyeTimeout = try drive(&client)
      hasConnected = true
    } catch {
      hasConnected = true
      if !lost(&client) { return }
      session = client.state
      throw error
    }
    guard let goodbyeTimeout else { return }
    reporter.sending("DISCONNECT")
    isFarewell = client.disconnect(within: goodbyeTimeout)
  }

  /// - Returns: false where the user, or the deadline, ends it.
  private func pause(after error: ClientError) throws(ClientError) -> Bool {
    var delay = backoff.nextDelay(using: &random)
    reporter.tell(
      joined(error.text, "; the next attempt is in ", decimal(delay.milliseconds), " ms"))
    if let deadline { delay = min(delay, max(deadline - Clock.sinceBoot, .zero)) }
    do throws(Errno) {
      guard try stop.pause(delay) else { return false }
    } catch {
      throw .connectionLost(error)
    }
    return deadline.map { Clock.sinceBoot < $0 } ?? true
  }
}
