public import Configuration
public import Telemetry

/// One configured Modbus device: which of its points are read together, and how.
public struct ModbusDevice: Sendable {
  /// Points that are due at the same times.
  public struct Group: Sendable {
    /// The time from one sample to the next.
    public let interval: Duration
    /// What its samples have, in the profile's order.
    public let channels: [Channel]
    /// The reads that bring it.
    public let plan: RequestPlan
    /// One a channel.
    let decoders: [RegisterDecoder]
  }

  /// Its index in the configuration, which its samples bear.
  public let index: Int
  /// Its unit identifier.
  public let unit: UInt8
  /// How it is asked.
  public let requests: RequestManner
  /// The points that are read: all in one group where the configuration sets the interval, else one
  /// group a poll class that is in use, in the profile's order.
  public let groups: [Group]

  /// The device of a configuration.
  /// - Parameter index: its place in the configuration's `devices`.
  public init(configuration: Device, index: Int) {
    let profile = configuration.profile
    let points = configuration.points.map { profile.points[$0] }
    self.index = index
    unit = configuration.unit
    requests = configuration.requests
    if let every = configuration.every {
      groups = points.isEmpty ? [] : [Group(points, interval: every, profile.connection)]
    } else {
      groups = profile.pollClasses.indices.compactMap { pollClass in
        let due = points.filter { $0.pollClass == pollClass }
        let interval = profile.pollClasses[pollClass].interval
        return due.isEmpty ? nil : Group(due, interval: interval, profile.connection)
      }
    }
  }

  /// Reads all points of a group once.
  ///
  /// A refusal or a bad frame costs the points of its own request. Silence, a broken connection, or
  /// a gateway's word that the device is not there, ends the sample: the points still to come are
  /// missing for the same reason.
  /// - Parameters:
  ///   - group: index into `groups`.
  ///   - master: the line that the device is on.
  ///   - unixMilliseconds: the wall clock at the start, for the sample.
  ///   - sinceBoot: the time since boot at the start, for the sample.
  ///   - pause: stops this thread; called after each answer with the silence that the device wants,
  ///     also after the last, because what is asked next is not known here.
  /// - Returns: the sample; what went wrong, one error a request that failed in the end; and how many
  ///   requests were made again.
  public func sample<Master: ModbusMaster & ~Copyable>(
    group: Int, over master: inout Master, unixMilliseconds: Int64, sinceBoot: Duration,
    pause: (Duration) -> Void
  ) -> (sample: Sample, errors: [BusError], retries: Int) {
    let group = groups[group]
    var outcomes = [Outcome](repeating: .missing(.busError), count: group.channels.count)
    var errors: [BusError] = []
    var retries = 0
    var isSilent = false
    for request in group.plan.requests {
      if isSilent, let error = errors.last {
        for value in request.values { outcomes[value.index] = .missing(error.reason) }
        continue
      }
      do {
        let words = try read(request, over: &master, retries: &retries)
        for value in request.values {
          outcomes[value.index] = group.decoders[value.index].decode(words[value.registers])
        }
      } catch {
        for value in request.values { outcomes[value.index] = .missing(error.reason) }
        errors.append(error)
        isSilent = !error.concernsOneRequest
      }
      if !isSilent && requests.turnaround > .zero { pause(requests.turnaround) }
    }
    let sample = Sample(
      device: index, unixMilliseconds: unixMilliseconds, sinceBoot: sinceBoot,
      channels: group.channels, outcomes: outcomes)
    return (sample, errors, retries)
  }

  private func read<Master: ModbusMaster & ~Copyable>(
    _ request: RequestPlan.Request, over master: inout Master, retries: inout Int
  ) throws(BusError) -> [UInt16] {
    var retriesLeft = requests.retries
    while true {
      do throws(BusError) {
        let words = try master.readRegisters(
          request.table, at: request.address, count: request.count, unit: unit,
          timeout: requests.timeout)
        guard words.count == request.count else { throw .badResponse }
        return words
      } catch {
        guard error.isWorthRetrying, retriesLeft > 0 else { throw error }
        retriesLeft -= 1
        retries += 1
      }
    }
  }
}

extension ModbusDevice.Group {
  fileprivate init(_ points: [Point], interval: Duration, _ connection: ModbusConnection) {
    self.interval = interval
    channels = points.map { Channel(name: $0.name, digits: $0.digits, unit: $0.unit) }
    plan = RequestPlan(
      points: points, registersPerRead: connection.registersPerRead, joinGap: connection.joinGap)
    decoders = points.map { RegisterDecoder($0) }
  }
}
