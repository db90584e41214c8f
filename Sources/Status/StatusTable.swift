/// A status as people read it in a terminal.
public enum StatusTable {
  /// The text, with the end of its last line.
  public static func text(_ status: GatewayStatus) -> String {
    let status = status.printable
    var text = ""
    for pieces in [head(status), link(status.link), queue(status.lanes)] { text += joined(pieces) }
    text += buses(status.buses).text
    text += devices(status).text
    text += joined(process(status.process))
    return text
  }

  private static func head(_ status: GatewayStatus) -> [String] {
    let start =
      switch status.start {
      case .first: "for the first time"
      case .boot: "with the machine"
      case .powerLoss: "after a power cut or a crash of the machine"
      case .restart: "again after an orderly stop"
      case .crash: "again after it was killed or had crashed"
      }
    let clock =
      switch status.clock {
      case .synchronized: "synchronized"
      case .unsynchronized: "not synchronized"
      case .trusted: "trusted"
      }
    var text = [
      status.gateway, ": ", "\(status.state.name)", ", godwit ", status.version, ", up ",
      HumanText.age(status.uptime), "\n  started ", start, "\n  clock   ", clock, "\n",
    ]
    if status.reloads > 0 || status.reloadError != nil {
      text += ["  reloads ", HumanText.count(status.reloads)]
      if let error = status.reloadError { text += ["; the last one was refused: ", error] }
      text += ["\n"]
    }
    return text
  }

  private static func link(_ link: GatewayStatus.Link) -> [String] {
    var text = [
      "  link    ", link.isUp ? "up" : "down", " for ", HumanText.age(link.age),
      link.broker.utf8.isEmpty ? "" : joined([", ", link.broker]), "\n          ",
      HumanText.count(link.connections), link.connections == 1 ? " connection, " : " connections, ",
      HumanText.count(link.acknowledged),
      link.acknowledged == 1 ? " message acknowledged" : " messages acknowledged",
    ]
    if let roundTrip = link.roundTrip {
      text += [", round trip ", HumanText.latency(roundTrip)]
    }
    if let error = link.lastError { text += ["\n          last error: ", error] }
    return text + ["\n"]
  }

  private static func queue(_ lanes: [GatewayStatus.Lane]) -> [String] {
    var columns = Columns([
      .left("QUEUE"), .right("RECORDS"), .right("OLDEST"), .right("ON DISK"), .right("IN MEMORY"),
      .right("ACCEPTED"), .right("ACKNOWLEDGED"), .right("DROPPED"), .right("WRITTEN/DAY"),
      .right("SYNCS/DAY"),
    ])
    var notes: [String] = []
    for lane in lanes {
      var dropped: UInt64 = 0
      for reason in lane.dropped {
        let (sum, isTooMuch) = dropped.addingReportingOverflow(reason.count)
        dropped = isTooMuch ? .max : sum
        if reason.count > 0 {
          notes += [
            "  ", lane.name, ": ", HumanText.count(reason.count), " dropped: ",
            "\(reason.reason)", "\n",
          ]
        }
      }
      columns.add([
        lane.name, HumanText.count(lane.records), lane.oldestAge.map(HumanText.age) ?? "-",
        HumanText.size(lane.bytesOnDisk), HumanText.size(lane.bytesInMemory),
        HumanText.count(lane.accepted), HumanText.count(lane.acknowledged),
        HumanText.count(dropped), HumanText.size(Int64(clamping: lane.bytesWrittenPerDay)),
        HumanText.count(lane.syncsPerDay),
      ])
      if let trouble = lane.trouble {
        notes += ["  ", lane.name, ": the disk cannot be used: ", trouble, "\n"]
      }
    }
    return [columns.text] + notes
  }

  private static func buses(_ buses: [GatewayStatus.Bus]) -> Columns {
    var columns = Columns([
      .left("BUS"), .left("STATE"), .right("LOAD"), .right("READINGS"), .right("LATENCY"),
      .right("RETRIES"), .right("MISSED"), .left("ERRORS"),
    ])
    for bus in buses {
      var errors = ""
      for error in bus.errors {
        errors += joined([
          errors.utf8.isEmpty ? "" : ", ", error.name, " ", HumanText.count(error.count),
        ])
      }
      columns.add([
        bus.name, "\(bus.stateName)", joined([decimal(Int64(bus.loadPercent)), " %"]),
        HumanText.count(bus.samples), bus.latency.map(HumanText.latency) ?? "-",
        HumanText.count(bus.retries), HumanText.count(bus.turnsMissed),
        errors.utf8.isEmpty ? "-" : errors,
      ])
    }
    return columns
  }

  private static func devices(_ status: GatewayStatus) -> Columns {
    var columns = Columns([
      .left("DEVICE"), .left("BUS"), .left("STATE"), .right("LAST READING"), .right("FAILURES"),
      .left("LAST ERROR"),
    ])
    for device in status.devices {
      columns.add([
        device.name, status.busName(of: device), "\(device.state.name)",
        device.readingAge.map { joined([HumanText.age($0), " ago"]) } ?? "never",
        HumanText.count(device.failures), device.lastError ?? "-",
      ])
    }
    return columns
  }

  private static func process(_ process: GatewayStatus.Process) -> [String] {
    var text = [
      "\nprocess: ", HumanText.size(Int64(clamping: process.residentBytes)), " of memory, ",
      HumanText.count(process.threads), process.threads == 1 ? " thread, " : " threads, ",
      HumanText.age(process.cpu), " of processor time",
    ]
    if process.readingsDropped > 0 {
      text += [", ", HumanText.count(process.readingsDropped), " readings dropped"]
    }
    return text + ["\n"]
  }
}

extension GatewayStatus {
  /// Without what a terminal would obey: errors quote brokers and devices.
  fileprivate var printable: GatewayStatus {
    var status = self
    status.link.broker = GatewayStatus.printable(link.broker)
    status.link.lastError = link.lastError.map(GatewayStatus.printable)
    status.reloadError = reloadError.map(GatewayStatus.printable)
    for index in lanes.indices {
      status.lanes[index].trouble = lanes[index].trouble.map(GatewayStatus.printable)
    }
    for index in devices.indices {
      status.devices[index].lastError = devices[index].lastError.map(GatewayStatus.printable)
    }
    return status
  }

  private static func printable(_ text: String) -> String {
    String(
      decoding: text.utf8.map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: "?") : $0 },
      as: UTF8.self)
  }
}
