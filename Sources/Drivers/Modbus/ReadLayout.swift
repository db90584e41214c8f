internal import Telemetry

/// Which points of a group cannot be read, or not in one request, as the device itself has shown.
///
/// Nobody's register list is right for every firmware: a meter without the option has no registers
/// of it, and refuses a read across them. So a read that is refused is halved until what is refused
/// is known, once.
struct ReadLayout: Equatable, Sendable {
  /// The points that the device does not have, by their index, and how it said so.
  private(set) var refused: [Int: MissingReason] = [:]
  /// The points before which a request has to end, by their index.
  private(set) var starts: Set<Int> = []

  /// Takes note that a point cannot be read.
  mutating func refuse(_ point: Int, _ reason: MissingReason) { refused[point] = reason }

  /// Takes note that a point cannot be read together with those before it.
  mutating func split(before point: Int) { starts.insert(point) }

  /// Whether nothing has been learnt.
  var isEmpty: Bool { refused.isEmpty && starts.isEmpty }
}
