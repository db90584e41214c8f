public import Telemetry

/// Why nothing can be known of a line.
public enum GPIOError: Error, Equatable, Sendable {
  /// There is no such chip: it is not plugged in, or its name is wrong.
  case chipNotFound
  /// The file is there, and is no GPIO chip.
  case notAChip
  /// The chip has no line of that number or name.
  case lineNotFound
  /// Another program, or a driver of the kernel, has the line; empty where the kernel has no name.
  case held(by: String)
  /// This program's user may not open the chip.
  case permissionDenied
  /// The chip was there, and is gone.
  case vanished
  /// The chip cannot do what was asked, such as a pull-up.
  case unsupported
  /// The chip has no interrupts, so it cannot tell of edges, and these are needed.
  case noEdges
  /// The system refused, with this error number (errno(3)).
  case system(Int32)

  /// What the readings say that could not be taken.
  public var reason: MissingReason {
    switch self {
    case .chipNotFound: .portNotFound
    case .notAChip, .unsupported, .noEdges, .system: .busError
    case .lineNotFound: .lineNotFound
    case .held: .portBusy
    case .permissionDenied: .permissionDenied
    case .vanished: .connectionLost
    }
  }

  /// What is wrong, for people.
  public var text: String {
    switch self {
    case .chipNotFound: "there is no such GPIO chip"
    case .notAChip: "the file is no GPIO chip"
    case .lineNotFound: "the chip has no such line"
    case .held(""): "the line is held by a driver of the kernel or by another program"
    case .held(let name): "the line is held by '\(name)'"
    case .permissionDenied:
      "the gateway's user may not open the chip; it should be in the group of the chip's file"
    case .vanished: "the chip is gone"
    case .unsupported: "the chip cannot do what the line's settings ask, such as its bias"
    case .noEdges: "the chip has no interrupts, without which pulses cannot be counted"
    case .system(let number): "the system refused with error \(number)"
    }
  }
}
