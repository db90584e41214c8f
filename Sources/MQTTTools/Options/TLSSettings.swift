internal import MQTTClient
internal import System

/// What the options say of TLS; files are looked at when the connection is made.
struct TLSSettings {
  private(set) var options = TLSOptions()
  private var usesSystemCAs = false
  private var certificate: String?
  private var key: String?
  private var keyPassphrase: [UInt8]?
  private var preSharedKey: [UInt8]?
  private var identity: String?

  /// Whether one of the options asks for TLS; `--insecure`, versions and protocols only say how.
  var isWanted: Bool {
    options.caFile != nil || options.caDirectory != nil || usesSystemCAs || certificate != nil
      || preSharedKey != nil
  }

  /// Takes an option's value; false where it is none of these.
  mutating func take(_ option: ToolOption, _ reader: OptionReader) throws(UsageError) -> Bool {
    switch option {
    case .caFile: options.caFile = reader.value
    case .caPath: options.caDirectory = reader.value
    case .systemCAs: usesSystemCAs = true
    case .certificate: certificate = reader.value
    case .key: key = reader.value
    case .keyPasswordFile: keyPassphrase = try reader.secretFromFile()
    case .keyForm:
      guard reader.value == "pem" else { throw reader.invalid("pem; engines are not supported") }
    case .tlsVersion:
      options.minimumVersion = reader.value == "tlsv1.3" ? .tls13 : .tls12
      guard reader.value == "tlsv1.3" || reader.value == "tlsv1.2" else {
        throw reader.invalid("tlsv1.2 or tlsv1.3; older ones are broken")
      }
    case .tlsALPN:
      guard (1...255).contains(reader.value.utf8.count) else {
        throw reader.invalid("the name of a protocol")
      }
      options.applicationProtocols = [reader.value]
    case .insecure: options.insecureAcceptAnyServer = true
    case .psk: preSharedKey = try TLSSettings.key(Array(reader.value.utf8), reader)
    case .pskFile: preSharedKey = try TLSSettings.key(reader.secretFromFile(), reader)
    case .pskIdentity:
      guard (1...255).contains(reader.value.utf8.count) else {
        throw reader.invalid("an identity of 1 to 255 bytes")
      }
      identity = reader.value
    default: return false
    }
    return true
  }

  /// Refuses what cannot be meant together, and puts the rest together.
  mutating func check() throws(UsageError) {
    if usesSystemCAs && options.caDirectory == nil {
      options.caDirectory = TLSOptions.systemCADirectory
    }
    if let certificate {
      guard let key else { throw .needs("--cert", "--key") }
      options.clientCertificate = .init(
        certificateFile: certificate, keyFile: key, passphrase: keyPassphrase)
    } else if key != nil || keyPassphrase != nil {
      throw .needs("--key", "--cert")
    }
    if let preSharedKey {
      guard let identity else { throw .needs("--psk", "--psk-identity") }
      if options.caFile != nil || options.caDirectory != nil || certificate != nil {
        throw .excluded("--psk", "--cafile, --capath or --cert")
      }
      options.preSharedKey = .init(identity: identity, key: preSharedKey)
    } else if identity != nil {
      throw .needs("--psk-identity", "--psk")
    }
  }

  private static func key(
    _ text: [UInt8], _ reader: OptionReader
  ) throws(UsageError) -> [UInt8] {
    guard let key = bytes(hexadecimal: text), !key.isEmpty,
      key.count <= TLSOptions.PreSharedKey.keySizeMax
    else { throw reader.invalidSecret("1 to 256 bytes in hexadecimal") }
    return key
  }
}
