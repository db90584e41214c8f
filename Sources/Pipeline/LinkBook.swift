internal import Status
internal import System

/// What is known of the link to the broker, written by the uplink's thread and read by others.
final class LinkBook: Sendable {
  private struct State {
    var link = GatewayStatus.Link()
    /// Since boot, when `link.isUp` became what it is.
    var changedAt: Duration
    /// A message whose acknowledgement is waited for, and when it was sent.
    var probe: (token: UInt64, sentAt: Duration)?
  }

  private let state: Locked<State>

  /// No link since `now`.
  init(now: Duration) {
    state = Locked(State(changedAt: now))
  }

  /// How the link is at that time.
  func link(now: Duration) -> GatewayStatus.Link {
    state.withLock { state in
      var link = state.link
      link.age = now - state.changedAt
      return link
    }
  }

  /// A broker is tried.
  func tries(_ broker: String) {
    state.withLock { $0.link.broker = broker }
  }

  /// The link came up.
  func up(now: Duration) {
    state.withLock { state in
      state.link.isUp = true
      state.link.connections += 1
      state.changedAt = now
      state.probe = nil
    }
  }

  /// The link ended, or did not come up.
  /// - Parameter error: why; nil where nothing was wrong.
  func down(_ error: String?, now: Duration) {
    state.withLock { state in
      if state.link.isUp { state.changedAt = now }
      state.link.isUp = false
      if let error { state.link.lastError = error }
    }
  }

  /// A message was sent. One at a time is watched for the round trip.
  func sent(_ token: UInt64, now: Duration) {
    state.withLock { state in
      if state.probe == nil { state.probe = (token, now) }
    }
  }

  /// The broker has taken a message.
  func acknowledged(_ token: UInt64, now: Duration) {
    state.withLock { state in
      state.link.acknowledged += 1
      guard let probe = state.probe, probe.token == token else { return }
      state.link.roundTrip = now - probe.sentAt
      state.probe = nil
    }
  }
}
