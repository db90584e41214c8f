/// What a device says of itself when it is asked by function 43, type 14 (MODBUS Application
/// Protocol V1.1b3, 6.21); pure.
public struct DeviceIdentification: Equatable, Sendable {
  /// The maker's name.
  public private(set) var vendor = ""
  /// The maker's code for the product.
  public private(set) var product = ""
  /// The version, as the maker writes it.
  public private(set) var revision = ""

  /// The basic objects come in one answer, or in one each.
  public static let requestsMax = 3
  private static let type: UInt8 = 0x0E
  private static let function: UInt8 = 0x2B
  /// The type, the kind of access, its level, whether more follows, the next object, and how many
  /// objects there are.
  private static let headerLength = 7

  private var next: UInt8 = 0

  /// Nothing is known yet.
  public init() {}

  /// The protocol data unit of the next request: the basic objects from one on.
  public var request: [UInt8] {
    [DeviceIdentification.function, DeviceIdentification.type, 0x01, next]
  }

  /// Takes the protocol data unit of an answer.
  /// - Returns: whether another request is wanted.
  /// - Throws: `exception`; `badResponse` for what answers another question.
  public mutating func take(_ answer: [UInt8]) throws(BusError) -> Bool {
    if answer.count == 2, answer[0] == DeviceIdentification.function | 0x80 {
      throw .exception(ModbusException(code: answer[1]))
    }
    guard answer.count >= DeviceIdentification.headerLength,
      answer[0] == DeviceIdentification.function, answer[1] == DeviceIdentification.type
    else { throw .badResponse }
    var rest = answer[DeviceIdentification.headerLength...]
    for _ in 0..<answer[6] {
      guard let object = rest.popFirst(), let length = rest.popFirst(), rest.count >= length else {
        throw .badResponse
      }
      set(object, DeviceIdentification.text(rest.prefix(Int(length))))
      rest = rest.dropFirst(Int(length))
    }
    guard answer[4] == 0xFF, answer[5] > next, answer[5] <= 2 else { return false }
    next = answer[5]
    return true
  }

  private mutating func set(_ object: UInt8, _ text: String) {
    switch object {
    case 0: vendor = text
    case 1: product = text
    case 2: revision = text
    default: break
    }
  }

  /// Text by the specification is ASCII; whatever else comes must not reach a terminal.
  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    var text = bytes.map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }
    while text.last == UInt8(ascii: " ") || text.last == UInt8(ascii: "?") { text.removeLast() }
    return String(decoding: text, as: UTF8.self)
  }
}
