internal import Configuration
internal import MQTTClient
internal import System

/// The ways to a configuration's brokers, in the client's words.
struct BrokerRoutes {
  private let broker: Broker
  /// Made when a broker first wants TLS, for it costs 2 to 3 MB; kept, for it remembers sessions.
  private var tls: TLSContext?
  private let time: TimeKeeper
  private var isFloorTold = false

  /// The ways to the endpoints of `broker`.
  init(_ broker: Broker, time: TimeKeeper) {
    self.broker = broker
    self.time = time
  }

  /// The way to one of the endpoints.
  /// - Throws: `.tls` where a file that TLS needs cannot be used; the next call tries it again.
  mutating func route(to endpoint: BrokerEndpoint) throws(ClientError) -> Route {
    var route = Route(Endpoint(host: endpoint.host, port: endpoint.port))
    route.proxy = broker.proxy.map(Route.Proxy.init(_:))
    if endpoint.scheme.isWebSocket { route.webSocketPath = endpoint.path }
    if endpoint.scheme.isSecure {
      let context = try context()
      context.earliestTime = floor()
      route.tls = context
    }
    return route
  }

  /// The time that certificates are judged by while the clock is behind it; nil for by the clock.
  private mutating func floor() -> Int64? {
    guard let floor = time.floor() else { return nil }
    if Clock.unixMilliseconds / 1_000 < floor, !isFloorTold {
      isFloorTold = true
      Log.warning(
        "the clock is not set, certificates are judged by an earlier time",
        ["time": Timestamp(unixMilliseconds: floor * 1_000).text])
    }
    return floor
  }

  private mutating func context() throws(ClientError) -> TLSContext {
    if let tls { return tls }
    do throws(TLSError) {
      let made = try TLSContext(TLSOptions(broker.tls))
      tls = made
      return made
    } catch {
      throw .tls(error)
    }
  }
}

extension Route.Proxy {
  fileprivate init(_ proxy: BrokerProxy) {
    let endpoint = Endpoint(host: proxy.host, port: proxy.port)
    let credentials = proxy.username.map {
      ProxyCredentials(username: $0, password: proxy.password ?? "")
    }
    switch proxy.kind {
    case .http: self = .http(endpoint, credentials)
    case .socks5: self = .socks5(endpoint, credentials)
    }
  }
}

extension TLSOptions {
  fileprivate init(_ tls: BrokerTLS) {
    self.init()
    caFile = tls.caFile
    caDirectory = tls.caDirectory
    clientCertificate = tls.certificate.map {
      ClientCertificate(
        certificateFile: $0.file, keyFile: $0.keyFile,
        passphrase: $0.passphrase.map { Array($0.utf8) })
    }
    preSharedKey = tls.preSharedKey.map { PreSharedKey(identity: $0.identity, key: $0.key) }
    minimumVersion = tls.requiresTLS13 ? .tls13 : .tls12
    insecureAcceptAnyServer = tls.insecure
  }
}
