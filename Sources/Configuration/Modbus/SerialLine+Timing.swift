extension SerialLine {
  /// The speeds that libmodbus can set; it would take any other for 9600 (modbus_new_rtu(3)).
  public static let bauds = [
    300, 600, 1_200, 2_400, 4_800, 9_600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800,
    500_000, 576_000, 921_600, 1_000_000, 1_152_000, 1_500_000, 2_500_000, 3_000_000, 3_500_000,
    4_000_000,
  ]

  /// How long a character takes on the line, with its start, parity and stop bits: 11 bits as the
  /// specification has it, also where 8N1 would be 10, for longer is safe
  /// (MODBUS over Serial Line V1.02, 2.5.1).
  public var characterTime: Duration {
    let bits = max(11, 1 + dataBits + (parity == .none ? 0 : 1) + stopBits)
    return .nanoseconds(Int64(bits) * 1_000_000_000 / Int64(baud))
  }

  /// The silence that ends a frame: 3.5 characters, and 1.75 ms above 19200 baud
  /// (MODBUS over Serial Line V1.02, 2.5.1.1).
  public var frameGap: Duration {
    baud > 19_200 ? .microseconds(1_750) : characterTime * 7 / 2
  }

  /// E.g. "9600 8N1".
  var words: String {
    let letter =
      switch parity {
      case .none: "N"
      case .even: "E"
      case .odd: "O"
      }
    return "\(baud) \(dataBits)\(letter)\(stopBits)"
  }
}
