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

  /// An address that is taken.
  public struct Finding: Equatable, Sendable {
    /// The address, of seven bits.
    public let address: UInt8
    /// The profiles that know the device by its identity.
    public var known: [String] = []
    /// Other profiles of devices that can have the address.
    public var possible: [String] = []
    /// What else is to be said of it.
    public var hint: String?

    /// The address and what could be there, in a line.
    public var words: String {
      let what: String
      if !known.isEmpty {
        what = known.joined(separator: " or ") + ", by its identity"
      } else if let hint {
        what = hint
      } else if possible.isEmpty {
        what = "no profile for it"
      } else {
        what = "perhaps " + possible.joined(separator: " or ")
      }
      return HexByte.text(address) + "  " + what
    }
  }

  /// The adapter's device file.
  public let path: String
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

  /// The adapters of this machine, by their device files.
  public static var adapters: [String] {
    // Without the folder there are none.
    let names = (try? Files.names(in: "/dev", limit: devicesMax)) ?? []
    return names.filter { $0.utf8.starts(with: "i2c-".utf8) }.map { "/dev/" + $0 }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// A machine has some hundreds of device files.
  private static let devicesMax = 10_000

  /// Looks through the bus, and tells of each address that is taken.
  ///
  /// Nothing is written to a device but what the questions of profiles for its address need, by which
  /// they know it.
  public func run(_ tell: (Finding) -> Void) throws(ScanError) {
    var adapter = I2CAdapter(I2CPort(path: path))
    for address in I2CScan.addresses {
      do throws(BusError) {
        try adapter.probe(address)
        tell(try finding(at: address, &adapter))
      } catch {
        switch error {
        case .noAcknowledge: continue
        case .portBusy:
          tell(Finding(address: address, hint: "a driver of the kernel has it"))
        default: throw ScanError(text: "\(path): \(error.reason.name)")
        }
      }
    }
  }

  private func finding(
    at address: UInt8, _ adapter: inout I2CAdapter
  ) throws(BusError) -> Finding {
    var finding = Finding(address: address)
    for profile in profiles {
      guard case .i2c(let body) = profile.body, body.addresses.contains(address) else { continue }
      switch try I2CIdentity.find(body, at: address, over: &adapter, pause: Clock.sleep(for:)) {
      case .known: finding.known.append(profile.id)
      case .possible: finding.possible.append(profile.id)
      case .other(let text): finding.hint = finding.hint ?? text
      }
    }
    return finding
  }

  private static func source(_ name: String, _ folders: ProfileFolders) -> ProfileSource? {
    // One that cannot be read is left out too.
    try? folders.source(of: name)
  }
}
