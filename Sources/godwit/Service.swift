internal import Configuration
internal import Pipeline
internal import Status
internal import System

/// What the main thread does while a gateway runs: hears signals, reloads, tells the service manager
/// how the gateway does, and whether all its threads make progress.
struct Service {
  private var gateway: Gateway
  private let file: String
  private let profileFolders: [String]
  private let report: Duration?
  private let manager = ServiceManager()
  private var level: Log.Level
  private var told = ""

  /// A service of a gateway that has just started.
  /// - Parameters:
  ///   - file: its configuration, to be read again.
  ///   - report: how often totals are logged; nil for never.
  init(_ gateway: Gateway, file: String, profileFolders: [String], report: Duration?) {
    self.gateway = gateway
    self.file = file
    self.profileFolders = profileFolders
    self.report = report
    level = Log.level
  }

  /// Works until it is asked to stop; then the gateway has stopped.
  /// - Returns: false where the process has to be started again to go on.
  /// - Throws: where signals cannot be waited for.
  mutating func run(until signals: borrowing Signals) throws(Errno) -> Bool {
    tellStarted()
    manager.tell("READY=1")
    var reportAt = report.map { Clock.sinceBoot + $0 }
    while true {
      let now = Clock.sinceBoot
      if let report, let due = reportAt, due <= now {
        gateway.report()
        reportAt = now + report
      }
      look()
      let rest = reportAt.map { max($0 - now, .zero) }
      switch try signals.wait(within: min(rest ?? Poll.idle, lookInterval)) {
      case nil: break
      case .stop:
        stop()
        return true
      case .reload:
        if !reload() { return false }
      case .logMore: setLevel(1)
      case .logLess: setLevel(-1)
      }
    }
  }

  private func tellStarted() {
    let configuration = gateway.configuration
    Log.notice(
      "started",
      [
        "version": "\(Command.version)", "gateway": configuration.gateway,
        "buses": "\(configuration.buses.count)", "devices": "\(configuration.devices.count)",
      ])
  }

  private func stop() {
    Log.notice("stopping")
    manager.tell("STOPPING=1\nSTATUS=stopping")
    gateway.stop()
  }

  /// Threads are looked at so often where nobody watches the process.
  private static let lookUsual: Duration = .seconds(10)

  /// A watchdog is to be fed in half its time (sd_watchdog_enabled(3)); a third leaves room for a
  /// busy machine.
  private var lookInterval: Duration {
    min(manager.watchdogTimeout.map { $0 / 3 } ?? Service.lookUsual, Service.lookUsual)
  }

  /// Feeds the watchdog while every stage makes progress, and tells in a line how the gateway does.
  private mutating func look() {
    if let stage = gateway.hangingStage() {
      Log.error("a stage hangs", ["stage": stage])
      manager.tell("STATUS=\(stage) hangs")
      return
    }
    let text = Service.summary(gateway.status)
    manager.tell("WATCHDOG=1" + (text == told ? "" : "\nSTATUS=\(text)"))
    told = text
  }

  /// One line, as `systemctl status` shows it.
  private static func summary(_ status: GatewayStatus) -> String {
    let queued = status.lanes.reduce(0) { $0 + $1.records }
    let failing = status.devices.reduce(0) { $0 + ($1.state == .ok || $1.state == .unread ? 0 : 1) }
    let link = status.link.isUp ? "link up to \(status.link.broker)" : "no link"
    return "\(status.devices.count) devices, \(failing) failing; \(link); \(queued) batches queued"
  }

  private mutating func setLevel(_ step: Int) {
    level = level.changed(by: step)
    Log.setLevel(level)
    Log.notice("log level", ["level": "\(level.name)"])
  }

  /// Reads the configuration again.
  /// - Returns: false where the gateway is stopped, and the process is to be started again.
  private mutating func reload() -> Bool {
    manager.tell("RELOADING=1\nMONOTONIC_USEC=\(Clock.monotonicMicroseconds)")
    defer { manager.tell("READY=1") }
    do throws(ConfigurationFile.LoadError) {
      return take(try ConfigurationFile.load(file, profileFolders: profileFolders))
    } catch {
      refuse(error.text)
      return true
    }
  }

  private func refuse(_ reason: String) {
    Log.error("the configuration was not taken", ["reason": reason])
    gateway.noteReload(reason)
  }

  private mutating func take(_ configuration: GatewayConfiguration) -> Bool {
    let old = gateway.configuration
    do throws(Gateway.StartError) {
      if try gateway.reload(configuration) {
        gateway.noteReload(nil)
        Log.notice(
          "the configuration was taken",
          [
            "buses": "\(configuration.buses.count)", "devices": "\(configuration.devices.count)",
          ])
        return true
      }
    } catch {
      refuse(error.text)
      return true
    }
    return replace(with: configuration, orElse: old)
  }

  /// Another gateway in this process, for a configuration of which too much is different.
  private mutating func replace(
    with configuration: GatewayConfiguration, orElse old: GatewayConfiguration
  ) -> Bool {
    Log.notice("the gateway starts anew, for its name, queue or clock has changed")
    guard gateway.stop() else {
      Log.error("a thread has not ended, and the process has to be started again")
      return false
    }
    var refusal: String?
    for candidate in [configuration, old] {
      do throws(Gateway.StartError) {
        gateway = try Gateway(candidate, version: "\(Command.version)")
        if let refusal { refuse(refusal) } else { tellStarted() }
        return true
      } catch {
        refusal = error.text
        Log.error("the gateway does not start", ["reason": error.text])
      }
    }
    return false
  }
}
