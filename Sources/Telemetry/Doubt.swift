/// What makes a value less than it seems since the one before it; each is told once. The names go into
/// the payload, so they are never changed.
public enum Doubt: UInt8, Equatable, Sendable, CaseIterable {
  /// The gateway was stopped in good order for a while, and nothing was counted meanwhile.
  case restarted
  /// Pulses may have come and gone unseen: edges were lost, or the line was away for a while.
  case edgesMissed
  /// The gateway ended without storing its totals: those counted since they were last stored are
  /// lost, and nothing was counted meanwhile.
  case unsaved
  /// The stored total could not be read: the counting begins again from zero.
  case totalLost

  /// The name in payloads.
  public var name: String {
    switch self {
    case .restarted: "restarted"
    case .edgesMissed: "edges-missed"
    case .unsaved: "unsaved"
    case .totalLost: "total-lost"
    }
  }
}
