public import Configuration

/// Whether a device is the one that a profile is for.
public enum I2CIdentity: Equatable, Sendable {
  /// It answers all questions of the profile as it should.
  case known
  /// The profile has no questions, so it may be.
  case possible
  /// It is another one; with what its answer tells of it.
  case other(hint: String?)

  /// Asks a device the questions of a profile, and nothing else. One that does not understand them is
  /// another device.
  /// - Throws: what goes wrong with the bus, and is not about the device.
  public static func find<Line: I2CLine & ~Copyable>(
    _ profile: I2CProfile, at address: UInt8, over line: inout Line, pause: (Duration) -> Void
  ) throws(BusError) -> I2CIdentity {
    if profile.identity.isEmpty { return .possible }
    let device = I2CSite(address: address, profile: profile)
    var run = I2CRun(
      slots: device.freshSlots(of: profile), transfer: I2CTransfer(address: address),
      profile: profile)
    do throws(BusError) {
      return try run.identify(over: &line, pause)
    } catch {
      switch error {
      case .noAcknowledge, .badChecksum, .badResponse, .notReady, .notSupported:
        return .other(hint: nil)
      default: throw error
      }
    }
  }
}
