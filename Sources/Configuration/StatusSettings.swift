/// Where a gateway tells how it does.
public struct StatusSettings: Equatable, Sendable {
  /// Whether it is published.
  public var hasTopics = true
  /// How often each message is repeated at least.
  public var every: Duration = .seconds(600)
  /// What the topics begin with, before the gateway's name.
  public var prefix = "godwit"
  /// The Unix socket.
  public var socket = SocketPlace.usual
  /// Where it answers HTTP over TCP, an address of the loopback interface; nil for nowhere.
  public var http: HTTPPlace?

  /// What a configuration has that says nothing of it.
  public init() {}

  /// Where the Unix socket is.
  public enum SocketPlace: Equatable, Sendable {
    /// At `usualSocket`, where its folder is there.
    case usual
    /// Nowhere.
    case none
    /// At a path.
    case path(String)
  }

  /// A place for HTTP.
  public struct HTTPPlace: Equatable, Sendable {
    /// An address of IPv4 or IPv6, without brackets.
    public var address: String
    /// The port of TCP.
    public var port: UInt16

    /// A place.
    public init(address: String, port: UInt16) {
      self.address = address
      self.port = port
    }
  }

  /// The socket of a gateway that runs as a service.
  public static let usualSocket = "/run/godwit/status.sock"
}
