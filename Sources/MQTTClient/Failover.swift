/// Which of several brokers to connect to: each in turn in the order of preference, and back to the
/// first after a while.
///
/// ```swift
/// var failover = Failover(count: endpoints.count, stay: .seconds(600))
/// // connect to endpoints[failover.index]; where that fails:
/// if failover.fail() { wait(backoff.nextDelay(using: &random)) }
/// ```
public struct Failover: Sendable {
  private let count: Int
  private let stay: Duration
  /// When the link to a substitute came up; nil without one.
  private var since: Duration?

  /// The index of the broker that is to be tried, or that is connected.
  public private(set) var index = 0

  /// Begins with the first of `count` brokers.
  /// - Parameter stay: how long a substitute is stayed with.
  public init(count: Int, stay: Duration) {
    precondition(count > 0, "there is a broker")
    self.count = count
    self.stay = stay
  }

  /// The broker could not be connected to: the next is to be tried.
  /// - Returns: whether all of them have failed in turn, and it is time for a pause.
  public mutating func fail() -> Bool {
    since = nil
    index = (index + 1) % count
    return index == 0
  }

  /// The broker has accepted the connection.
  /// - Parameter now: time since boot.
  public mutating func connect(now: Duration) {
    since = index == 0 ? nil : now
  }

  /// The connection has ended, whoever ended it: the first broker is to be tried.
  public mutating func disconnect() {
    since = nil
    index = 0
  }

  /// When the substitute is to be left for the first broker, since boot; nil where there is none.
  public var returnDeadline: Duration? { since.map { $0 + stay } }
}
