internal import Buses
internal import Configuration
internal import Drivers
internal import System
internal import Telemetry

/// Who answers on an I2C bus, and which profile it could be; `godwit scan i2c` prints it.
public struct I2CScan {
  /// Why a bus cannot be looked through.
  public struct ScanError: Error, Equatable, Sendable {
    /// The reason in one line.
    public let text: String
  }

  private let path: String
  private let profiles: [DeviceProfile]

  /// Addresses below and above are for other purposes (I2C-bus specification UM10204, 3.1.12).
  private static let addresses: ClosedRange<UInt8> = 0x08...0x77

  /// A bus, and the profiles of all folders; those that are wrong are left out.
  /// - Parameters:
  ///   - bus: the adapter's path, or its number.
  ///   - profileFolders: looked at before those of the system.
  public init(bus: String, profileFolders: [String]) {
    path = bus.utf8.first == UInt8(ascii: "/") ? bus : "/dev/i2c-\(bus)"
    let folders = ProfileFolders(first: profileFolders, configuration: "")
    profiles = folders.names.compactMap { name in
      guard let source = I2CScan.source(name, folders),
        // A profile that is wrong is 'godwit check's matter.
        let profile = try? DeviceProfile.parse(
          source.bytes, file: source.file, expectedID: name),
        profile.kind == .i2c
      else { return nil }
      return profile
    }
  }

  /// Looks through the bus, and gives a line for each address that is taken.
  ///
  /// Nothing is written to a device but what the questions of profiles for its address need, by which
  /// they know it.
  public func run(_ tell: (String) -> Void) throws(ScanError) -> Int {
    var adapter = I2CAdapter(I2CPort(path: path))
    var count = 0
    for address in I2CScan.addresses {
      do throws(BusError) {
        try adapter.probe(address)
        tell("\(HexByte.text(address))  \(try words(of: address, &adapter))\n")
        count += 1
      } catch {
        switch error {
        case .noAcknowledge: continue
        case .portBusy:
          tell("\(HexByte.text(address))  a driver of the kernel has it\n")
          count += 1
        default: throw ScanError(text: "\(path): \(error.reason.name)")
        }
      }
    }
    return count
  }

  private func words(
    of address: UInt8, _ adapter: inout I2CAdapter
  ) throws(BusError) -> String {
    var known: [String] = []
    var possible: [String] = []
    var hint: String?
    for profile in profiles {
      guard case .i2c(let body) = profile.body, body.addresses.contains(address) else { continue }
      switch try I2CIdentity.find(body, at: address, over: &adapter, pause: Clock.sleep(for:)) {
      case .known: known.append(profile.id)
      case .possible: possible.append(profile.id)
      case .other(let text): hint = hint ?? text
      }
    }
    if !known.isEmpty { return known.joined(separator: " or ") + ", by its identity" }
    if let hint { return hint }
    return possible.isEmpty
      ? "no profile for it" : "perhaps " + possible.joined(separator: " or ")
  }

  private static func source(_ name: String, _ folders: ProfileFolders) -> ProfileSource? {
    // One that cannot be read is left out too.
    try? folders.source(of: name)
  }
}
