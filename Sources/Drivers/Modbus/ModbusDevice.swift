public import Configuration
public import Telemetry

/// One configured Modbus device: which of its points are read together, and how.
public struct ModbusDevice: Sendable {
  /// Its index in the configuration, which its samples bear.
  public let index: Int
  /// Its unit identifier.
  public let unit: UInt8
  /// How it is asked.
  public let requests: RequestManner
  /// The points that are read, one group an interval, in the order in which the profile first has it.
  public private(set) var groups: [Group]
  /// Where in time its turns are.
  public let timing: Sampling.Timing
  /// The models of a device that says itself where its registers are, once it has said so.
  public private(set) var models: [SunSpecModel] = []
  /// Of a device that says itself where its registers are.
  let configuration: Device?
  /// Whether the places of all registers are known.
  private var isPlaced: Bool
  /// What is known of the points that count, by group.
  private var counters: [[CounterState]]

  /// A sample, and what happened while it was taken.
  public typealias Reading = DeviceReading

  /// A point that the device does not have.
  public struct Refusal: Equatable, Sendable {
    /// The point's name.
    public let point: String
    /// Where the profile has it.
    public let table: RegisterTable
    /// The protocol address of its first register.
    public let address: UInt16
    /// How the device has put it.
    public let reason: MissingReason
  }

  /// The device of a configuration.
  /// - Parameter index: its place in the configuration's `devices`.
  public init(configuration: Device, index: Int) {
    self.index = index
    (unit, requests) = configuration.modbus
    timing = configuration.sampling.timing
    isPlaced = configuration.profile.modbus.discovery == nil
    self.configuration = isPlaced ? nil : configuration
    groups = ModbusDevice.groups(configuration, in: nil)
    counters = groups.map { $0.freshCounters }
  }

  /// Reads all points of a group once.
  ///
  /// A bad frame costs the points of its own request. A refusal of registers (exceptions 02 and 03)
  /// is looked into: the request is halved until the points are found that the device does not have,
  /// or does not give together; they are left out of later requests. Silence, a broken connection, or
  /// a gateway's word that the device is not there, ends the sample: the points still to come are
  /// missing for the same reason.
  /// - Parameters:
  ///   - group: index into `groups`.
  ///   - retries: how many times a request is made again that brought no answer or a broken one;
  ///     nil for as often as is configured.
  ///   - patience: where the device is in doubt, how long an answer is waited for; nil for the
  ///     timeout that is configured. With retries it is for those after silence.
  ///   - master: the line that the device is on.
  ///   - unixMilliseconds: the wall clock at the start, for the sample.
  ///   - sinceBoot: the time since boot at the start, for the sample.
  ///   - pause: stops this thread; called after each answer with the silence that the device wants,
  ///     also after the last, because what is asked next is not known here.
  public mutating func sample<Master: ModbusMaster & ~Copyable>(
    group: Int, retries: Int? = nil, patience: Duration? = nil, over master: inout Master,
    unixMilliseconds: Int64, sinceBoot: Duration, pause: (Duration) -> Void
  ) -> Reading {
    if !isPlaced, let configuration,
      let failure = find(
        configuration, group, &master, unixMilliseconds: unixMilliseconds, sinceBoot: sinceBoot,
        pause)
    {
      return failure
    }
    var round = Round(
      groups[group], retries: retries ?? requests.retries, patience: patience)
    swap(&round.counters, &counters[group])
    defer { swap(&round.counters, &counters[group]) }
    for request in groups[group].plan.requests {
      _ = round.take(request, of: self, over: &master, pause: pause)
    }
    if round.layout != groups[group].layout {
      groups[group].adopt(round.layout)
    }
    let outcomes = round.finish()
    return round.reading(
      Sample(
        device: index, unixMilliseconds: unixMilliseconds, sinceBoot: sinceBoot,
        channels: groups[group].channels, outcomes: outcomes))
  }

  /// The sample of a device that is not asked: all its values are missing.
  public func missingSample(
    group: Int, _ reason: MissingReason, unixMilliseconds: Int64, sinceBoot: Duration
  ) -> Sample {
    let channels = groups[group].channels
    return Sample(
      device: index, unixMilliseconds: unixMilliseconds, sinceBoot: sinceBoot, channels: channels,
      outcomes: [Outcome](repeating: .missing(reason), count: channels.count))
  }

  /// Forgets what the device has refused: it was away, and another may stand in its place.
  public mutating func forgetRefusals() {
    isPlaced = configuration == nil
    for index in groups.indices where !groups[index].layout.isEmpty {
      groups[index].adopt(ReadLayout())
    }
  }

  func read<Master: ModbusMaster & ~Copyable>(
    _ request: RequestPlan.Request, over master: inout Master, retriesMax: Int,
    patience: Duration?, retries: inout Int
  ) throws(BusError) -> [UInt16] {
    var retriesLeft = retriesMax
    var timeout = retriesMax == 0 ? patience ?? requests.timeout : requests.timeout
    while true {
      do throws(BusError) {
        let words = try master.readRegisters(
          request.table, at: request.address, count: request.count, unit: unit,
          timeout: timeout)
        guard words.count == request.count else { throw .badResponse }
        return words
      } catch {
        guard error.isWorthRetrying, retriesLeft > 0 else { throw error }
        if error == .timeout, let patience { timeout = patience }
        retriesLeft -= 1
        retries += 1
      }
    }
  }
}

extension ModbusDevice {
  /// Asks a device where its registers are.
  /// - Returns: nil; or the sample without values, where it does not say.
  private mutating func find<Master: ModbusMaster & ~Copyable>(
    _ configuration: Device, _ group: Int, _ master: inout Master, unixMilliseconds: Int64,
    sinceBoot: Duration, _ pause: (Duration) -> Void
  ) -> Reading? {
    let (found, error) = walk(configuration, over: &master, pause: pause)
    if let found {
      models = found.models
      groups = ModbusDevice.groups(configuration, in: found)
      isPlaced = true
      return nil
    }
    return Reading(
      sample: missingSample(
        group: group, error?.reason ?? .notAvailable, unixMilliseconds: unixMilliseconds,
        sinceBoot: sinceBoot),
      errors: error.map { [$0] } ?? [], retries: 0, refusals: [],
      hasAnswered: error?.concernsOneRequest ?? true)
  }

  /// Points that are due at the same times.
  public struct Group: Sendable {
    /// The time from one sample to the next.
    public let interval: Duration
    /// What its samples have, in the profile's order.
    public let channels: [Channel]
    /// The reads that bring it.
    public private(set) var plan: RequestPlan
    let points: [ModbusPoint]
    /// One a channel.
    let decoders: [RegisterDecoder]
    let formulas: GroupFormulas
    private(set) var layout = ReadLayout()

    private let connection: ModbusConnection

    /// - Parameters:
    ///   - places: the points that have a channel each, by their place in the configuration.
    ///   - blocks: where the device has its blocks; nil while that is not known.
    init(
      _ places: [Int], of configuration: Device, interval: Duration, _ blocks: FoundBlocks?
    ) {
      let profile = configuration.profile
      let indices = places.map { configuration.points[$0] }
      self.interval = interval
      let all = GroupFormulas.withInputs(indices, of: profile.modbus.points)
      var points: [ModbusPoint] = []
      for index in all {
        var point = profile.modbus.points[index]
        if let blocks, !blocks.place(&point) { layout.refuse(points.count, .notAvailable) }
        points.append(point)
      }
      self.points = points
      connection = profile.modbus.connection
      channels = zip(points, places).map { point, place in
        Channel(name: point.name, digits: point.digits, unit: point.unit, index: place)
      }
      plan = RequestPlan(
        points: points, registersPerRead: profile.modbus.connection.registersPerRead,
        joinGap: profile.modbus.connection.joinGap, layout: layout)
      decoders = points.map { RegisterDecoder($0) }
      formulas = GroupFormulas(points, indices: all)
    }

    /// The name of what a value of the plan's requests is: of a channel, or of a point that is there for
    /// formulas alone.
    public func name(of value: RequestPlan.Value) -> String { points[value.index].name }

    /// Where the registers of a channel's own value are; nil where it has none, or they are not known.
    public func registers(
      ofChannel index: Int
    ) -> (table: RegisterTable, address: UInt16, count: Int)? {
      let point = points[index]
      guard point.hasRegisters, point.block == nil else { return nil }
      return (point.table, point.address, point.registerCount)
    }

    fileprivate var freshCounters: [CounterState] {
      decoders.contains { $0.isCounter }
        ? [CounterState](repeating: CounterState(), count: points.count) : []
    }

    fileprivate mutating func adopt(_ layout: ReadLayout) {
      self.layout = layout
      plan = RequestPlan(
        points: points, registersPerRead: connection.registersPerRead,
        joinGap: connection.joinGap, layout: layout)
    }
  }
}
