import Configuration
import Telemetry

/// Any bytes as a device profile, and behind a zero what the device answers. Reading it must not
/// crash and must place its errors within the text; a device of a profile that is taken must give a
/// number that is one, or a reason, whatever it answers.
@_cdecl("LLVMFuzzerTestOneInput")
public func readAndSample(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let start, count > 0 else { return 0 }
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let end = bytes.firstIndex(of: 0) ?? count
  let text = Array(bytes[..<end])
  do throws(ConfigurationError) {
    let profile = try DeviceProfile.parse(text, file: "p.yaml", expectedID: nil)
    precondition(!profile.points.isEmpty, "a profile without points")
    sample(profile, answers: Array(bytes[end...].dropFirst()))
  } catch {
    let breaks = text.reduce(0) { $0 + (lineBreakEnds.contains($1) ? 1 : 0) }
    precondition((1...breaks + 2).contains(error.line) && error.column >= 1, "a place elsewhere")
    precondition(!error.message.isEmpty, "an error without words")
  }
  return 0
}

/// The last bytes of what YAML takes for a line break (YAML 1.1, 4.2): line feed, carriage return, next
/// line, line separator and paragraph separator.
private let lineBreakEnds: [UInt8] = [0x0A, 0x0D, 0x85, 0xA8, 0xA9]

private func sample(_ profile: DeviceProfile, answers: [UInt8]) {
  switch profile.body {
  case .modbus:
    let configuration = Device(
      name: "d", profile: profile, bus: 0, unit: 1, every: .seconds(1),
      points: Array(profile.points.indices))
    var device = ModbusDevice(configuration: configuration, index: 0)
    var line = AnsweringLine(answers)
    for _ in 0..<3 {
      for group in device.groups.indices {
        let reading = device.sample(
          group: group, over: &line, unixMilliseconds: 0, sinceBoot: .zero, pause: { _ in })
        check(reading.sample)
      }
    }
  case .i2c(let body): sample(profile, body, answers: answers)
  case .gpio, .sysfs: break
  }
}

func check(_ sample: Sample) {
  precondition(sample.channels.count == sample.outcomes.count, "an outcome a channel")
  for outcome in sample.outcomes {
    switch outcome {
    case .float(let value): precondition(value.isFinite, "not a number")
    case .double(let value): precondition(value.isFinite, "not a number")
    default: break
    }
  }
}

/// A Modbus line whose devices answer what is in the input, over and over.
private struct AnsweringLine: ModbusMaster {
  private let bytes: [UInt8]
  private var place = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes.isEmpty ? [0x42] : bytes
  }

  private mutating func next() -> UInt8 {
    defer { place = (place + 1) % bytes.count }
    return bytes[place]
  }

  mutating func readRegisters(
    _ table: RegisterTable, at address: UInt16, count: Int, unit: UInt8, timeout: Duration
  ) throws(BusError) -> [UInt16] {
    precondition((1...2_000).contains(count), "more than a request may ask for")
    precondition(Int(address) + count <= 65_536, "behind the last register")
    switch next() {
    case 0xFF: throw .timeout
    case 0xFE: throw .exception(.illegalDataAddress)
    case 0xFD: throw .badResponse
    default: break
    }
    return (0..<count).map { _ in
      table == .coil || table == .discrete
        ? UInt16(next() & 1) : UInt16(next()) << 8 | UInt16(next())
    }
  }
}
