/// A status as Prometheus reads it: its text exposition format, version 0.0.4.
///
/// Base units as Prometheus wants them: seconds, bytes, shares of 1. Counters begin anew with the
/// process, but for those of the queue, which are kept on disk.
public enum PrometheusText {
  /// All metrics.
  public static func text(_ status: GatewayStatus) -> [UInt8] {
    var page = PrometheusPage()
    gateway(status, &page)
    link(status.link, &page)
    queue(status.lanes, &page)
    buses(status.buses, &page)
    devices(status, &page)
    process(status.process, &page)
    return page.bytes
  }

  private static func gateway(_ status: GatewayStatus, _ page: inout PrometheusPage) {
    page.family("godwit_info", .gauge, "The gateway, its version and why its process was started.")
    page.sample(
      "1",
      [
        ("gateway", status.gateway), ("version", status.version),
        ("start", "\(status.start.name)"),
      ])
    page.family("godwit_stopping", .gauge, "Whether the gateway was asked to end.")
    page.sample(flag(status.state == .stopping))
    page.family("godwit_uptime_seconds", .gauge, "How long the process has been running.")
    page.sample(status.uptime.secondsText)
    page.family(
      "godwit_clock_synchronized", .gauge, "Whether the wall clock can be believed.")
    page.sample(flag(status.clock != .unsynchronized))
    page.family("godwit_reloads_total", .counter, "Configurations taken since the start.")
    page.sample(count(status.reloads))
    page.family(
      "godwit_reload_failed", .gauge, "Whether the last new configuration was refused.")
    page.sample(flag(status.reloadError != nil))
  }

  private static func link(_ link: GatewayStatus.Link, _ page: inout PrometheusPage) {
    page.family("godwit_link_up", .gauge, "Whether the broker is connected.")
    page.sample(flag(link.isUp), [("broker", link.broker)])
    page.family("godwit_link_age_seconds", .gauge, "How long the link has been up or down.")
    page.sample(link.age.secondsText)
    page.family("godwit_link_connections_total", .counter, "How often the link came up.")
    page.sample(count(link.connections))
    page.family(
      "godwit_link_acknowledged_total", .counter, "Messages that the broker has acknowledged.")
    page.sample(count(link.acknowledged))
    if let roundTrip = link.roundTrip {
      page.family(
        "godwit_link_round_trip_seconds", .gauge,
        "From the last message to its acknowledgement.")
      page.sample(roundTrip.secondsText)
    }
  }

  private static func queue(_ lanes: [GatewayStatus.Lane], _ page: inout PrometheusPage) {
    page.each("godwit_queue_records", .gauge, "Records that wait.", "lane", lanes) {
      ($0.name, count($0.records))
    }
    page.each("godwit_queue_disk_bytes", .gauge, "Bytes of the files.", "lane", lanes) {
      ($0.name, decimal($0.bytesOnDisk))
    }
    page.each("godwit_queue_memory_bytes", .gauge, "Bytes that wait in memory.", "lane", lanes) {
      ($0.name, decimal($0.bytesInMemory))
    }
    page.each(
      "godwit_queue_oldest_age_seconds", .gauge, "Age of the oldest record that waits.", "lane",
      lanes
    ) { ($0.name, $0.oldestAge?.secondsText) }
    page.each(
      "godwit_queue_accepted_total", .counter, "Records ever taken in.", "lane", lanes
    ) { ($0.name, count($0.accepted)) }
    page.each(
      "godwit_queue_acknowledged_total", .counter, "Records ever acknowledged.", "lane", lanes
    ) { ($0.name, count($0.acknowledged)) }
    page.family(
      "godwit_queue_dropped_total", .counter, "Records that will not be delivered, by reason.")
    for lane in lanes {
      for dropped in lane.dropped {
        page.sample(
          count(dropped.count), [("lane", lane.name), ("reason", "\(dropped.reason)")])
      }
    }
    page.each(
      "godwit_queue_durable_sequence", .gauge, "Highest sequence that survives a power cut.",
      "lane", lanes
    ) { ($0.name, count($0.durable)) }
    page.each(
      "godwit_queue_syncs_per_day", .gauge, "Synchronizations of the disk per day.", "lane", lanes
    ) { ($0.name, count($0.syncsPerDay)) }
    page.each(
      "godwit_queue_written_bytes_per_day", .gauge, "Bytes written to the disk per day.", "lane",
      lanes
    ) { ($0.name, count($0.bytesWrittenPerDay)) }
    page.each(
      "godwit_queue_trouble", .gauge, "Whether the disk cannot be used.", "lane", lanes
    ) { ($0.name, flag($0.trouble != nil)) }
  }

  private static func buses(_ buses: [GatewayStatus.Bus], _ page: inout PrometheusPage) {
    page.each("godwit_bus_working", .gauge, "Whether its thread makes progress.", "bus", buses) {
      ($0.name, flag($0.isWorking))
    }
    page.each(
      "godwit_bus_load_ratio", .gauge, "Share of the time that it is busy.", "bus", buses
    ) { ($0.name, decimal(Int64($0.loadPercent), digits: 2)) }
    page.each(
      "godwit_bus_readings_total", .counter, "Readings of its devices.", "bus", buses
    ) { ($0.name, count($0.samples)) }
    page.family("godwit_bus_errors_total", .counter, "Requests that failed, by reason.")
    for bus in buses {
      for error in bus.errors {
        page.sample(count(error.count), [("bus", bus.name), ("reason", error.name)])
      }
    }
    page.each(
      "godwit_bus_retries_total", .counter, "Requests that were made again.", "bus", buses
    ) { ($0.name, count($0.retries)) }
    page.each(
      "godwit_bus_turns_missed_total", .counter, "Turns that came too late to be taken.", "bus",
      buses
    ) { ($0.name, count($0.turnsMissed)) }
    page.each(
      "godwit_bus_latency_seconds", .gauge, "How long a reading took, on average of the last ones.",
      "bus", buses
    ) { ($0.name, $0.latency?.secondsText) }
  }

  private static func devices(_ status: GatewayStatus, _ page: inout PrometheusPage) {
    page.family("godwit_device_state", .gauge, "1 for the state that the device is in.")
    for device in status.devices {
      for state in [GatewayStatus.Device.State.unread, .ok, .failing, .isolated] {
        page.sample(
          flag(device.state == state),
          [
            ("device", device.name), ("bus", status.busName(of: device)),
            ("state", "\(state.name)"),
          ])
      }
    }
    page.each(
      "godwit_device_reading_age_seconds", .gauge, "Age of the last reading with a value.",
      "device", status.devices
    ) { ($0.name, $0.readingAge?.secondsText) }
    page.each(
      "godwit_device_failures_total", .counter, "Readings that failed, in whole or in part.",
      "device", status.devices
    ) { ($0.name, count($0.failures)) }
  }

  private static func process(
    _ process: GatewayStatus.Process, _ page: inout PrometheusPage
  ) {
    page.family("godwit_process_resident_memory_bytes", .gauge, "Memory in use.")
    page.sample(count(process.residentBytes))
    page.family("godwit_process_threads", .gauge, "Threads.")
    page.sample(count(process.threads))
    page.family("godwit_process_cpu_seconds_total", .counter, "Processor time used.")
    page.sample(process.cpu.secondsText)
    page.family(
      "godwit_readings_dropped_total", .counter, "Readings that the recorder was too slow for.")
    page.sample(count(process.readingsDropped))
  }

  private static func flag(_ flag: Bool) -> String { flag ? "1" : "0" }

  @inline(never)
  private static func count(_ count: UInt64) -> String { "\(count)" }
}
