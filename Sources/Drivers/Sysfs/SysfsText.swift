/// What files of the kernel's drivers say.
enum SysfsText {
  /// The number in a file: a decimal number, and a line end or none.
  static func number(_ content: [UInt8]) throws(SysfsError) -> Double {
    var rest = content[...]
    while let last = rest.last, isSpace(last) { rest = rest.dropLast() }
    while let first = rest.first, isSpace(first) { rest = rest.dropFirst() }
    guard !rest.isEmpty, rest.count <= digitsMax, rest.allSatisfy(isPartOfNumber),
      let number = Double(String(decoding: rest, as: UTF8.self)), number.isFinite
    else { throw .malformed }
    return number
  }

  /// More characters than the longest Double has are no number.
  private static let digitsMax = 32

  /// The temperature in thousandths of a degree that w1_slave has (Linux,
  /// drivers/w1/slaves/w1_therm.c, w1_slave_show):
  ///
  ///     72 01 4b 46 7f ff 0e 10 57 : crc=57 YES
  ///     72 01 4b 46 7f ff 0e 10 57 t=23125
  static func oneWireTemperature(_ content: [UInt8]) throws(SysfsError) -> Double {
    let lines = content.split(separator: UInt8(ascii: "\n"))
    guard lines.count >= 2 else { throw .malformed }
    let bytes = try scratchpad(lines[0])
    guard lines[0].suffix(4).elementsEqual(" YES".utf8), crc8(bytes) == 0 else { throw .malformed }
    guard let sign = lines[1].lastIndex(of: UInt8(ascii: "=")), sign > lines[1].startIndex,
      lines[1][sign - 1] == UInt8(ascii: "t")
    else { throw .malformed }
    let temperature = try number(Array(lines[1][(sign + 1)...]))
    // A line that is held low reads as zeros, whose check is zero as well.
    guard bytes.contains(where: { $0 != 0 }) else { throw .notAvailable }
    // Data sheet DS18B20, scratchpad: 85 degrees are there at power-up, and byte 6, which is reserved,
    // is 0x0C then, but 0x10 less the fraction after each measurement.
    if temperature == 85_000, bytes[6] == 0x0C { throw .powerOnValue }
    // What others' drivers say in the place of a thermometer that is gone.
    if temperature == -127_000 { throw .notAvailable }
    return temperature
  }

  /// The nine bytes at the beginning of a line, in hexadecimal digits.
  private static func scratchpad(_ line: ArraySlice<UInt8>) throws(SysfsError) -> [UInt8] {
    var bytes: [UInt8] = []
    for word in line.split(separator: UInt8(ascii: " ")).prefix(9) {
      guard word.count == 2, let byte = UInt8(String(decoding: word, as: UTF8.self), radix: 16)
      else { throw .malformed }
      bytes.append(byte)
    }
    guard bytes.count == 9 else { throw .malformed }
    return bytes
  }

  /// The check of 1-Wire (Maxim application note 27): polynomial x^8 + x^5 + x^4 + 1, reflected; zero
  /// over bytes that have their check behind them.
  static func crc8(_ bytes: [UInt8]) -> UInt8 {
    var crc: UInt8 = 0
    for byte in bytes {
      crc ^= byte
      for _ in 0..<8 { crc = crc & 1 != 0 ? crc >> 1 ^ 0x8C : crc >> 1 }
    }
    return crc
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\n") || byte == UInt8(ascii: " ")
  }

  private static func isPartOfNumber(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
      UInt8(ascii: "+"), UInt8(ascii: "e"), UInt8(ascii: "E"):
      true
    default: false
    }
  }
}
