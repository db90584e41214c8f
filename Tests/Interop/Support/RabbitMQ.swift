import Foundation
import Glibc

extension Workshop {
  /// RabbitMQ with its plugins for MQTT, apart from any other on this machine: an Erlang port mapper
  /// of its own (epmd(1)), and no folder or cookie of the system's.
  func startRabbitMQ() async throws -> Broker {
    let doors = try rabbitMQDoors()
    let home = try makeFolder("rabbitmq")
    try write(rabbitMQConfiguration(doors), to: "rabbitmq/rabbitmq.conf")
    try write("[rabbitmq_mqtt,rabbitmq_web_mqtt].\n", to: "rabbitmq/enabled_plugins")

    let mapperPort = try Ports.free()
    let mapper = try start(
      "epmd", "/usr/bin/epmd", ["-port", "\(mapperPort)", "-address", "127.0.0.1"])
    // Debian's /usr/sbin/rabbitmq-server is for the system's own broker: it wants to be root and
    // becomes the user rabbitmq.
    let process = try start(
      "rabbitmq", "/usr/lib/rabbitmq/bin/rabbitmq-server", [],
      environment: [
        "HOME": home.path,
        "ERL_EPMD_PORT": "\(mapperPort)",
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODENAME": "godwit-\(getpid())@localhost",
        "RABBITMQ_DIST_PORT": "\(try Ports.free())",
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        "RABBITMQ_CONF_ENV_FILE": "/dev/null",
        "RABBITMQ_CONFIG_FILE": path("rabbitmq/rabbitmq.conf"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": path("rabbitmq/advanced.config"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": path("rabbitmq/enabled_plugins"),
        "RABBITMQ_MNESIA_BASE": path("rabbitmq/mnesia"),
        "RABBITMQ_LOG_BASE": path("rabbitmq/log"),
        "RABBITMQ_PID_FILE": path("rabbitmq/pid"),
      ])
    let release = try await Brokers.release(
      of: process, doors: doors, after: "Starting RabbitMQ", readiness: "Server startup complete")
    return Broker(
      kind: .rabbitMQ, release: release, doors: doors, workshop: self,
      processes: [process, mapper])
  }

  private func rabbitMQDoors() throws -> Doors {
    let tls = try Ports.free()
    // One door for TLS: it lets in whom a certificate names, or who knows a password.
    return Doors(
      tcp: try Ports.free(), tls: tls, certificates: tls, preSharedKeys: nil,
      webSocket: try Ports.free(), secureWebSocket: try Ports.free(), webSocketPath: "/ws")
  }

  private func rabbitMQConfiguration(_ doors: Doors) -> String {
    """
    listeners.tcp = none
    default_user = \(Self.user)
    default_pass = \(Self.password)
    ssl_options.cacertfile = \(path("ca.pem"))
    ssl_options.certfile = \(path("server.pem"))
    ssl_options.keyfile = \(path("server.key"))
    ssl_options.verify = verify_peer
    ssl_options.fail_if_no_peer_cert = false
    ssl_cert_login_from = common_name
    mqtt.listeners.tcp.1 = 127.0.0.1:\(doors.tcp)
    mqtt.listeners.ssl.1 = 127.0.0.1:\(doors.tls)
    mqtt.allow_anonymous = false
    mqtt.ssl_cert_login = true
    web_mqtt.tcp.listener = 127.0.0.1:\(doors.webSocket)
    web_mqtt.ssl.listener = 127.0.0.1:\(doors.secureWebSocket)
    web_mqtt.ssl.cacertfile = \(path("ca.pem"))
    web_mqtt.ssl.certfile = \(path("server.pem"))
    web_mqtt.ssl.keyfile = \(path("server.key"))
    log.console = true
    log.console.level = info
    log.file = false

    """
  }
}
