internal import Configuration
internal import Formulas

extension I2CDevice {
  /// What its samples take of the bus, at 100 kHz; waits count in full, for they hold up the bus's
  /// thread. Set-up, and status bits that are not set at once, do not count.
  public var jobs: [BusLoad.Job] {
    groups.indices.map { group in
      BusLoad.Job(
        device: index, group: group, interval: groups[group].interval, cost: cost(of: group))
    }
  }

  /// Its address in words, e.g. `address 0x76` or `address 0x76 behind 0x70/3`.
  public var place: String {
    var text = "address \(HexByte.text(site.address))"
    if let mux = site.mux { text += " behind \(HexByte.text(mux.address))/\(mux.channel)" }
    return text
  }

  /// Nine clocks a byte at 100 kHz.
  private static let byteTime: Duration = .microseconds(90)
  /// Start, stop and what the kernel takes for a call.
  private static let transferTime: Duration = .microseconds(100)

  private func cost(of group: Int) -> Duration {
    var run = I2CRun(slots: freshSlots, transfer: I2CTransfer(address: 0), profile: profile)
    var cost = Duration.zero
    for step in profile.sample {
      guard case .forEachChannel(let steps) = step.action else {
        cost += I2CDevice.cost(of: step, &run)
        continue
      }
      for input in groups[group].inputs {
        run.choose(site.channels[input])
        for step in steps { cost += I2CDevice.cost(of: step, &run) }
      }
    }
    return cost
  }

  private static func cost(of step: I2CStep, _ run: inout I2CRun) -> Duration {
    switch step.action {
    case .wait(let time): run.duration(time)
    case .write(let data): transferTime + byteTime * (data.count + 1)
    case .ensure(let data): transferTime + byteTime * (data.count + 2)
    case .read(let query, _): cost(of: query, &run)
    case .until(let probe, _, _): cost(of: probe.query, &run)
    case .forEachChannel: .zero
    }
  }

  private static func cost(of query: I2CQuery, _ run: inout I2CRun) -> Duration {
    let pause = query.pause.map { run.duration($0) } ?? .zero
    return transferTime + byteTime * (query.data.count + query.count + 2) + pause
  }
}
