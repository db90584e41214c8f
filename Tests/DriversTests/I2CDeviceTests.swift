import Configuration
import Foundation
import Telemetry
import TestSupport
import Testing

@testable import Drivers
@testable import ProfileCheck

/// What comes of devices that fail in one way or another.
@Suite struct I2CDeviceTests {
  /// A device of a shipped profile with the answers of one of its own examples.
  private func bench(
    _ name: String, test index: Int = 0
  ) throws -> (device: I2CDevice, line: FaultyI2C, profile: DeviceProfile) {
    let profile = try shippedProfile(name)
    let test = profile.i2c.tests[index]
    let points = test.expectations.compactMap { expectation in
      profile.points.firstIndex { $0.name == expectation.point }
    }.sorted()
    return (
      profile.device(points, at: test.site), FaultyI2C(test, of: profile.i2c), profile
    )
  }

  private func read(_ device: inout I2CDevice, _ line: inout FaultyI2C) -> DeviceReading {
    device.sample(group: 0, over: &line, unixMilliseconds: 0, sinceBoot: .zero, pause: { _ in })
  }

  @Test(arguments: [
    (BusError.noAcknowledge, MissingReason.noAcknowledge), (.arbitrationLost, .arbitrationLost),
    (.timeout, .timeout), (.busStuck, .busStuck), (.notSupported, .notSupported),
    (.portNotFound, .portNotFound), (.portBusy, .portBusy), (.system(5), .busError),
  ])
  func `a transfer that fails is told by its reason, and the set-up done again`(
    error: BusError, reason: MissingReason
  ) throws {
    var (device, line, _) = try bench("bosch-bme280")
    #expect(read(&device, &line).errors.isEmpty)
    let setUp = line.transfers
    #expect(line.script.written(to: 0xE0) == [[0xB6]])
    line.failures[setUp + 2] = error
    let failed = read(&device, &line)
    #expect(failed.sample.outcomes.allSatisfy { $0 == .missing(reason) })
    #expect(failed.errors == [error])
    #expect(failed.hasAnswered)
    #expect(line.script.written(to: 0xE0) == [[0xB6]])
    let good = read(&device, &line)
    #expect(good.errors.isEmpty && good.sample.outcomes.allSatisfy { $0.number != nil })
    #expect(line.script.written(to: 0xE0) == [[0xB6], [0xB6]])
  }

  @Test func `a device in order is set up once`() throws {
    var (device, line, _) = try bench("bosch-bme280")
    for _ in 0..<5 { #expect(read(&device, &line).errors.isEmpty) }
    #expect(line.script.written(to: 0xE0) == [[0xB6]])
    #expect(line.script.written(to: 0xF4).count == 5)
  }

  @Test func `a device that nobody has plugged in has not answered`() throws {
    var (device, line, _) = try bench("bosch-bme280")
    for index in 0..<10 { line.failures[index] = .noAcknowledge }
    let reading = read(&device, &line)
    #expect(!reading.hasAnswered)
    #expect(line.transfers == 1)
  }

  @Test func `nothing is written to another device at the address`() throws {
    var (device, line, profile) = try bench("bosch-bme280")
    let wrong = try #require(profile.i2c.tests.first { $0.name.contains("another device") })
    line = FaultyI2C(wrong, of: profile.i2c)
    let reading = read(&device, &line)
    #expect(reading.sample.outcomes.allSatisfy { $0 == .missing(.wrongDevice) })
    #expect(line.script.writes.isEmpty && line.script.sent.isEmpty)
  }

  @Test func `a profile's questions tell what a device is`() throws {
    let (bme280, bmp280) = (try shippedProfile("bosch-bme280"), try shippedProfile("bosch-bmp280"))
    let sheet = try #require(bmp280.i2c.tests.first)
    func identity(_ profile: DeviceProfile, _ test: I2CTest) throws -> I2CIdentity {
      var line = FaultyI2C(test, of: profile.i2c)
      defer { #expect(line.script.writes.isEmpty) }
      return try I2CIdentity.find(profile.i2c, at: 0x76, over: &line, pause: { _ in })
    }
    #expect(try identity(bmp280, sheet) == .known)
    #expect(try identity(bme280, sheet) == .other(hint: "a BMP280, profile bosch-bmp280"))
    #expect(try identity(shippedProfile("ti-ads1115"), sheet) == .possible)
    // It does not understand the question.
    #expect(try identity(shippedProfile("ti-tmp117"), sheet) == .other(hint: nil))
  }

  @Test func `a device that lost power is set up again before its value counts`() throws {
    var (device, line, _) = try bench("ti-ina219")
    #expect(read(&device, &line).errors.isEmpty)
    #expect(line.script.written(to: 0x05).count == 1)
    line.overrides = [line.transfers + 1: [0x00, 0x00]]
    let reading = read(&device, &line)
    #expect(reading.errors == [.setupLost])
    #expect(reading.sample.outcomes.allSatisfy { $0.number != nil })
    #expect(line.script.written(to: 0x05).count == 2)
  }

  @Test func `a step is tried again where its device wants that`() throws {
    var (device, line, _) = try bench("sensirion-sht3x")
    _ = read(&device, &line)
    // The command, then two attempts to read.
    line.failures[line.transfers + 1] = .noAcknowledge
    let reading = read(&device, &line)
    #expect(reading.retries == 1 && reading.errors.isEmpty)
    #expect(reading.sample.outcomes.allSatisfy { $0.number != nil })
    for index in 0..<10 { line.failures[line.transfers + 1 + index] = .noAcknowledge }
    #expect(read(&device, &line).sample.outcomes.allSatisfy { $0 == .missing(.noAcknowledge) })
  }

  @Test func `a channel that is not ready does not cost the others`() throws {
    var (device, line, _) = try bench("ti-ads1115")
    // The first channel's status bit, 50 ms long.
    for index in 0...50 { line.overrides[1 + index] = [0x03, 0x83] }
    let outcomes = read(&device, &line).sample.outcomes
    #expect(outcomes[0] == .missing(.notReady))
    #expect(outcomes[1].number != nil)
  }

  @Test func `a multiplexer is opened before and closed after`() throws {
    let profile = try shippedProfile("ti-tmp117")
    var site = I2CSite(address: 0x48, profile: profile.i2c)
    site.mux = I2CMux("0x70/3")
    var device = profile.device([0], at: site)
    var line = MuxedI2C()
    let reading = device.sample(
      group: 0, over: &line, unixMilliseconds: 0, sinceBoot: .zero, pause: { _ in })
    #expect(reading.sample.outcomes == [.double(25)])
    #expect(line.opened == [0x08, 0x00])
    line.isThere = false
    let other = device.sample(
      group: 0, over: &line, unixMilliseconds: 0, sinceBoot: .zero, pause: { _ in })
    #expect(other.sample.outcomes == [.missing(.noAcknowledge)])
    #expect(!other.hasAnswered)
  }

  /// Every shipped profile on a bus that says anything: a reason or a number for each point, in
  /// bounded time.
  @Test(arguments: try shippedProfileNames.filter { try shippedProfile($0).kind == .i2c })
  func `no answer can hurt`(name: String) throws {
    let profile = try shippedProfile(name)
    let points = Array(profile.points.indices)
    for seed in 0..<24 as Range<UInt64> {
      let address = profile.i2c.addresses[0]
      var device = profile.device(points, at: I2CSite(address: address, profile: profile.i2c))
      var line = HostileI2C(seed: seed)
      for _ in 0..<3 {
        var waited = Duration.zero
        let first = line.transfers
        let reading = device.sample(
          group: 0, over: &line, unixMilliseconds: 0, sinceBoot: .zero, pause: { waited += $0 })
        #expect(reading.sample.outcomes.count == points.count)
        #expect(waited <= I2CLimits.waitMax)
        #expect(line.transfers - first <= I2CLimits.transfersMax + 4)
        for case .double(let number) in reading.sample.outcomes { #expect(number.isFinite) }
      }
    }
  }

  @Test func `a profile that waits too long is stopped`() throws {
    let text = """
      profile: godwit/1
      id: p
      revision: 1
      title: P
      bus: i2c
      refs: [r]
      connection: {addresses: [0x40]}
      sample:
        - until: {read: u8 @0x00, is: 1, every: 1 ms, timeout: 9 s}
        - read: 0x01
          fields: {raw: u8 @0x01}
      points: {p: {value: raw, unit: none}}
      """
    let profile = try DeviceProfile.parse(Array(text.utf8), file: "p", expectedID: nil)
    var device = profile.device([0], at: I2CSite(address: 0x40, profile: profile.i2c))
    var line = HostileI2C(seed: 0)
    let reading = device.sample(
      group: 0, over: &line, unixMilliseconds: 0, sinceBoot: .zero, pause: { _ in })
    #expect(reading.sample.outcomes == [.missing(.notReady)])
    #expect(line.transfers == I2CLimits.transfersMax)
  }
}

/// A bus that answers 0x00, 0xFF or anything, and fails now and then.
private struct HostileI2C: I2CLine, ~Copyable {
  private let seed: UInt64
  private var random: SplitMix64
  private(set) var transfers = 0

  init(seed: UInt64) {
    self.seed = seed
    random = SplitMix64(seed: seed &+ 1)
  }

  mutating func transfer(_ transfer: inout I2CTransfer) throws(BusError) {
    transfers += 1
    if seed % 4 == 3 && UInt8.random(in: 0..<8, using: &random) == 0 {
      let errors: [BusError] = [
        .noAcknowledge, .arbitrationLost, .timeout, .busStuck, .system(5), .connectionLost,
      ]
      throw errors.randomElement(using: &random) ?? .timeout
    }
    for index in transfer.received.indices {
      transfer.received[index] =
        seed < 2 ? (seed == 0 ? 0x00 : 0xFF) : UInt8.random(in: 0...255, using: &random)
    }
  }
}

/// A TMP117 behind the third channel of a multiplexer.
private struct MuxedI2C: I2CLine, ~Copyable {
  private(set) var opened: [UInt8] = []
  var isThere = true

  mutating func transfer(_ transfer: inout I2CTransfer) throws(BusError) {
    guard isThere else { throw .noAcknowledge }
    if transfer.address == 0x70 {
      opened += transfer.written
      return
    }
    guard transfer.address == 0x48, opened.last == 0x08 else { throw .noAcknowledge }
    let register: [UInt8] = transfer.written == [0x0F] ? [0x01, 0x17] : [0x0C, 0x80]
    for index in transfer.received.indices { transfer.received[index] = register[index % 2] }
  }
}

extension I2CMux {
  /// `0x70/3`, through the configuration.
  fileprivate init?(_ text: String) {
    let yaml = """
      gateway: g
      broker: { url: "mqtt://b" }
      buses: { i: { i2c: /dev/i2c-1 } }
      devices: { d: { profile: ti-tmp117, bus: i, address: 0x48, mux: \(text) } }
      """
    let parsed = try? GatewayConfiguration.parse(Array(yaml.utf8), file: "g") {
      (name) throws(ProfileLookupError) in
      let file = shippedProfiles.appending(path: "\(name).yaml")
      guard let data = try? Data(contentsOf: file) else {
        throw .notFound(folders: [], names: [])
      }
      return ProfileSource(file: name, bytes: Array(data))
    }
    guard case .i2c(let site)? = parsed?.devices[0].site, let mux = site.mux else { return nil }
    self = mux
  }
}
