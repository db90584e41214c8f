import Configuration
import Telemetry
import Testing

@testable import Drivers

/// A master whose answers are written down beforehand.
private struct ScriptedMaster: ModbusMaster, ~Copyable {
  struct Request: Equatable {
    var table: RegisterTable
    var address: UInt16
    var count: Int
    var unit: UInt8
    var timeout: Duration
  }

  var answers: [Result<[UInt16], BusError>]
  var requests: [Request] = []

  init(_ answers: [Result<[UInt16], BusError>]) {
    self.answers = answers
  }

  mutating func readRegisters(
    _ table: RegisterTable, at address: UInt16, count: Int, unit: UInt8, timeout: Duration
  ) throws(BusError) -> [UInt16] {
    requests.append(
      Request(table: table, address: address, count: count, unit: unit, timeout: timeout))
    guard requests.count <= answers.count else {
      Issue.record("a request that nobody expected")
      throw .timeout
    }
    return try answers[requests.count - 1].get()
  }
}

struct ModbusDeviceTests {
  /// Three voltages together, and two numbers, each by itself.
  private func device(
    every: Duration? = .seconds(1), points: [Int] = [0, 1, 2], betweenRequests: Duration = .zero,
    retries: Int = 0
  ) -> ModbusDevice {
    var connection = ModbusConnection()
    connection.responseTimeout = .milliseconds(300)
    connection.betweenRequests = betweenRequests
    var voltage = ModbusPoint(
      name: "voltage", table: .input, address: 0, type: .f32, unit: "V", pollClass: 0)
    voltage.digits = 1
    let energy = ModbusPoint(
      name: "energy", table: .input, address: 100, type: .u32, unit: "Wh", pollClass: 1)
    var current = ModbusPoint(
      name: "current", table: .holding, address: 7, type: .u16, unit: "A", pollClass: 0)
    current.scale = 0.001
    let profile = DeviceProfile(
      id: "test", revision: 1, title: "", references: [], connection: connection,
      pollClasses: [
        PollClass(name: "fast", interval: .seconds(1)),
        PollClass(name: "slow", interval: .seconds(60)),
        PollClass(name: "never", interval: .seconds(3_600)),
      ], points: [voltage, energy, current], tests: [])
    var requests = RequestManner(connection)
    requests.retries = retries
    return ModbusDevice(
      configuration: Device(
        name: "meter", profile: profile, bus: 0, unit: 17, requests: requests, every: every,
        points: points), index: 3)
  }

  private func sample(
    _ device: ModbusDevice, group: Int = 0, _ master: inout ScriptedMaster,
    pauses: inout [Duration]
  ) -> (Sample, [BusError]) {
    var recorded: [Duration] = []
    defer { pauses = recorded }
    var device = device
    let reading = device.sample(
      group: group, over: &master, unixMilliseconds: 1_732_330_000_123, sinceBoot: .seconds(42)
    ) { recorded.append($0) }
    return (reading.sample, reading.errors)
  }

  /// The first request's answers, of a device whose requests are made again up to twice.
  @Test(
    arguments: [
      ([.failure(.timeout), .success([1_234])], 1, nil),
      ([.failure(.badResponse), .failure(.timeout), .success([1_234])], 2, nil),
      ([.failure(.timeout), .failure(.timeout), .failure(.badResponse)], 2, .badResponse),
      ([.failure(.exception(.deviceBusy))], 0, .exception(.deviceBusy)),
      ([.success([1, 2]), .success([1_234])], 1, nil),
    ] as [([Result<[UInt16], BusError>], Int, BusError?)])
  func `a request that is lost or broken is made again`(
    answers: [Result<[UInt16], BusError>], retries: Int, error: BusError?
  ) {
    var master = ScriptedMaster(
      answers + [.success([0x4366, 0x3333]), .success([0x0001, 0x0000])])
    var device = device(retries: 2)
    let result = device.sample(
      group: 0, over: &master, unixMilliseconds: 0, sinceBoot: .zero, pause: { _ in })
    #expect(result.retries == retries)
    #expect(result.errors == (error.map { [$0] } ?? []))
    #expect(master.requests.count == retries + 3)
    #expect(master.requests[...retries].allSatisfy { $0 == master.requests[0] })
    #expect(
      result.sample.outcomes
        == [.float(230.2), .integer(65_536), error.map { .missing($0.reason) } ?? .double(1.234)])
  }

  @Test(
    arguments: [.connectionLost, .portLost, .connectionRefused, .portNotFound, .system(5)]
      as [BusError])
  func `a line that is gone is not asked again`(error: BusError) {
    var master = ScriptedMaster([.failure(error)])
    var device = device(retries: 5)
    let result = device.sample(
      group: 0, over: &master, unixMilliseconds: 0, sinceBoot: .zero, pause: { _ in })
    #expect(result.retries == 0 && result.errors == [error])
  }

  @Test func `with an interval of its own, a device is read as one group`() {
    let groups = device(every: .seconds(5)).groups
    #expect(groups.map(\.interval) == [.seconds(5)])
    #expect(groups[0].channels.map(\.name) == ["voltage", "energy", "current"])
    #expect(groups[0].channels[0] == Channel(name: "voltage", digits: 1, unit: "V"))
  }

  @Test func `without one, each poll class that is in use is a group`() {
    let groups = device(every: nil).groups
    #expect(groups.map(\.interval) == [.seconds(1), .seconds(60)])
    #expect(groups.map { $0.channels.map(\.name) } == [["voltage", "current"], ["energy"]])
    #expect(device(every: nil, points: [1]).groups.map(\.interval) == [.seconds(60)])
    #expect(device(every: nil, points: []).groups.isEmpty)
    #expect(device(every: .seconds(1), points: []).groups.isEmpty)
  }

  @Test func `a sample has the values of all requests, in the order of the channels`() {
    var master = ScriptedMaster([
      .success([1_234]), .success([0x4366, 0x3333]), .success([0x0001, 0x0000]),
    ])
    var pauses: [Duration] = []
    let (sample, errors) = sample(device(), &master, pauses: &pauses)
    #expect(sample.device == 3)
    #expect(sample.unixMilliseconds == 1_732_330_000_123)
    #expect(sample.sinceBoot == .seconds(42))
    #expect(sample.outcomes == [.float(230.2), .integer(65_536), .double(1.234)])
    #expect(errors.isEmpty && pauses.isEmpty)
    let timeout = Duration.milliseconds(300)
    #expect(
      master.requests == [
        .init(table: .holding, address: 7, count: 1, unit: 17, timeout: timeout),
        .init(table: .input, address: 0, count: 2, unit: 17, timeout: timeout),
        .init(table: .input, address: 100, count: 2, unit: 17, timeout: timeout),
      ])
  }

  @Test(
    arguments: [
      .exception(.illegalDataAddress), .exception(.deviceBusy),
      .exception(ModbusException(code: 7)),
      .badResponse,
    ] as [BusError])
  func `a refusal or a bad frame costs its own points only`(error: BusError) {
    var master = ScriptedMaster([
      .success([1_234]), .failure(error), .success([0x0001, 0x0000]),
    ])
    var pauses: [Duration] = []
    let (sample, errors) = sample(device(), &master, pauses: &pauses)
    #expect(sample.outcomes == [.missing(error.reason), .integer(65_536), .double(1.234)])
    #expect(errors == [error])
  }

  @Test(
    arguments: [
      .timeout, .connectionLost, .connectionRefused, .unreachable, .nameNotFound, .system(5),
      .exception(.gatewayTargetFailed), .exception(.gatewayPathUnavailable),
    ] as [BusError])
  func `silence ends the sample, and what is left is missing for the same reason`(
    error: BusError
  ) {
    var master = ScriptedMaster([.success([1_234]), .failure(error)])
    var pauses: [Duration] = []
    let (sample, errors) = sample(device(), &master, pauses: &pauses)
    #expect(
      sample.outcomes == [.missing(error.reason), .missing(error.reason), .double(1.234)])
    #expect(errors == [error])
    #expect(master.requests.count == 2)
  }

  @Test func `an answer of another length is a bad response`() {
    var master = ScriptedMaster([.success([]), .success([1]), .success([1, 2, 3])])
    var pauses: [Duration] = []
    let (sample, errors) = sample(device(), &master, pauses: &pauses)
    #expect(sample.outcomes == Array(repeating: .missing(.badResponse), count: 3))
    #expect(errors == [.badResponse, .badResponse, .badResponse])
  }

  @Test func `the silence that the device wants follows every answer, the last too`() {
    var master = ScriptedMaster([
      .success([1_234]), .failure(.exception(.deviceBusy)), .success([0, 0]),
    ])
    var pauses: [Duration] = []
    let device = device(betweenRequests: .milliseconds(20))
    _ = sample(device, &master, pauses: &pauses)
    #expect(pauses == Array(repeating: .milliseconds(20), count: 3))
    master = ScriptedMaster([.success([1_234]), .failure(.timeout)])
    _ = sample(device, &master, pauses: &pauses)
    #expect(pauses == [.milliseconds(20)])
  }

  @Test func `a group is read with its own plan`() {
    var master = ScriptedMaster([.success([0, 9])])
    var pauses: [Duration] = []
    let (sample, _) = sample(device(every: nil), group: 1, &master, pauses: &pauses)
    #expect(sample.channels.map(\.name) == ["energy"])
    #expect(sample.outcomes == [.integer(9)])
  }

  @Test(
    arguments: [
      (1, .illegalFunction), (2, .illegalDataAddress), (3, .illegalDataValue), (4, .deviceFailure),
      (5, .acknowledge), (6, .deviceBusy), (7, .unknownException), (8, .memoryParityError),
      (9, .unknownException), (10, .gatewayPathUnavailable), (11, .gatewayTargetFailed),
      (0, .unknownException), (255, .unknownException),
    ] as [(UInt8, MissingReason)])
  func `each exception has its reason`(code: UInt8, reason: MissingReason) {
    #expect(BusError.exception(ModbusException(code: code)).reason == reason)
  }
}
