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
  /// How it wants to be spoken to.
  public let connection: ModbusConnection
  /// The points that are read, one group an interval, in the order in which the profile first has it.
  public let groups: [Group]
  /// Where in time its turns are.
  public let timing: Sampling.Timing

  /// The device of a configuration.
  /// - Parameter index: its place in the configuration's `devices`.
  public init(configuration: Device, index: Int) {
    let profile = configuration.profile
    self.index = index
    unit = configuration.unit
    connection = profile.connection
    timing = configuration.sampling.timing
    var groups: [(interval: Duration, places: [Int])] = []
    for place in configuration.points.indices {
      let interval = configuration.interval(ofPoint: place)
      if let known = groups.firstIndex(where: { $0.interval == interval }) {
        groups[known].places.append(place)
      } else {
        groups.append((interval, [place]))
      }
    }
    self.groups = groups.map { group in
      Group(
        group.places.map { ($0, profile.points[configuration.points[$0]]) },
        interval: group.interval, profile.connection)
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
  /// - Returns: the sample, and what went wrong: one error a request that failed.
  public func sample<Master: ModbusMaster & ~Copyable>(
    group: Int, over master: inout Master, unixMilliseconds: Int64, sinceBoot: Duration,
    pause: (Duration) -> Void
  ) -> (Sample, [BusError]) {
    let group = groups[group]
    var outcomes = [Outcome](repeating: .missing(.busError), count: group.channels.count)
    var errors: [BusError] = []
    var isSilent = false
    for request in group.plan.requests {
      if isSilent, let error = errors.last {
        for value in request.values { outcomes[value.index] = .missing(error.reason) }
        continue
      }
      do {
        let words = try read(request, over: &master)
        for value in request.values {
          outcomes[value.index] = group.decoders[value.index].decode(words[value.registers])
        }
      } catch {
        for value in request.values { outcomes[value.index] = .missing(error.reason) }
        errors.append(error)
        isSilent = !error.concernsOneRequest
      }
      if !isSilent && connection.betweenRequests > .zero { pause(connection.betweenRequests) }
    }
    let sample = Sample(
      device: index, unixMilliseconds: unixMilliseconds, sinceBoot: sinceBoot,
      channels: group.channels, outcomes: outcomes)
    return (sample, errors)
  }

  private func read<Master: ModbusMaster & ~Copyable>(
    _ request: RequestPlan.Request, over master: inout Master
  ) throws(BusError) -> [UInt16] {
    let words = try master.readRegisters(
      request.table, at: request.address, count: request.count, unit: unit,
      timeout: connection.responseTimeout)
    guard words.count == request.count else { throw .badResponse }
    return words
  }
}

extension ModbusDevice.Group {
  /// - Parameter places: the points, with their places among those that are read of the device.
  fileprivate init(
    _ places: [(place: Int, point: Point)], interval: Duration, _ connection: ModbusConnection
  ) {
    let points = places.map { $0.point }
    self.interval = interval
    channels = places.map {
      Channel(name: $0.point.name, digits: $0.point.digits, unit: $0.point.unit, index: $0.place)
    }
    plan = RequestPlan(
      points: points, registersPerRead: connection.registersPerRead, joinGap: connection.joinGap)
    decoders = points.map { RegisterDecoder($0) }
  }
}
