internal import MQTTClient
internal import System

/// What the options say of TLS; files are looked at when the connection is made.
struct TLSSettings: Equatable {
  var caFile: String?
  var caDirectory: String?
  /// The authorities that the system trusts, besides those above.
  var systemCAs = false
  var certificate: String?
  var key: String?
  var keyPassphrase: [UInt8]?
  var minimumVersion = TLSOptions.Version.tls12
  var applicationProtocol: String?
  var insecure = false
  var preSharedKey: [UInt8]?
  var identity: String?

  /// Whether one of the options asks for TLS; `--insecure`, versions and protocols only say how.
  var isWanted: Bool {
    caFile != nil || caDirectory != nil || systemCAs || certificate != nil || preSharedKey != nil
  }

  /// Takes an option's value; false where it is none of these.
  mutating func take(_ found: OptionReader.Found) throws(UsageError) -> Bool {
    switch found.option {
    case .caFile: caFile = found.value
    case .caPath: caDirectory = found.value
    case .systemCAs: systemCAs = true
    case .certificate: certificate = found.value
    case .key: key = found.value
    case .keyPasswordFile: keyPassphrase = try found.secretFromFile()
    case .keyForm:
      guard found.value == "pem" else { throw found.invalid("pem; engines are not supported") }
    case .tlsVersion:
      switch found.value {
      case "tlsv1.2": minimumVersion = .tls12
      case "tlsv1.3": minimumVersion = .tls13
      default: throw found.invalid("tlsv1.2 or tlsv1.3; older ones are broken")
      }
    case .tlsALPN:
      guard (1...255).contains(found.value.utf8.count) else {
        throw found.invalid("the name of a protocol")
      }
      applicationProtocol = found.value
    case .insecure: insecure = true
    case .psk: preSharedKey = try TLSSettings.key(found.value.utf8, found)
    case .pskFile: preSharedKey = try TLSSettings.key(found.secretFromFile(), found)
    case .pskIdentity:
      guard (1...255).contains(found.value.utf8.count), !found.value.utf8.contains(0) else {
        throw found.invalid("an identity of 1 to 255 bytes")
      }
      identity = found.value
    default: return false
    }
    return true
  }

  /// Refuses what cannot be meant together.
  func check() throws(UsageError) {
    if certificate != nil && key == nil { throw .needs(option: "--cert", other: "--key") }
    if key != nil && certificate == nil { throw .needs(option: "--key", other: "--cert") }
    if keyPassphrase != nil && key == nil { throw .needs(option: "--key-pw-file", other: "--key") }
    if preSharedKey != nil && identity == nil {
      throw .needs(option: "--psk", other: "--psk-identity")
    }
    if identity != nil && preSharedKey == nil {
      throw .needs(option: "--psk-identity", other: "--psk")
    }
    if preSharedKey != nil && (caFile != nil || caDirectory != nil || certificate != nil) {
      throw .excluded("--psk", "--cafile, --capath or --cert")
    }
  }

  /// The same in the client's words.
  var options: TLSOptions {
    var options = TLSOptions()
    options.caFile = caFile
    options.caDirectory = caDirectory
    if systemCAs && caDirectory == nil { options.caDirectory = TLSOptions.systemCADirectory }
    if let certificate, let key {
      options.clientCertificate = .init(
        certificateFile: certificate, keyFile: key, passphrase: keyPassphrase)
    }
    if let preSharedKey, let identity {
      options.preSharedKey = .init(identity: identity, key: preSharedKey)
    }
    options.minimumVersion = minimumVersion
    if let applicationProtocol { options.applicationProtocols = [applicationProtocol] }
    options.insecureAcceptAnyServer = insecure
    return options
  }

  private static func key(
    _ text: some Collection<UInt8>, _ found: OptionReader.Found
  ) throws(UsageError) -> [UInt8] {
    guard let key = bytes(hexadecimal: text),
      (1...TLSOptions.PreSharedKey.keySizeMax).contains(key.count)
    else {
      throw .invalidSecret(
        option: found.word,
        expected: "1 to \(TLSOptions.PreSharedKey.keySizeMax) bytes in hexadecimal")
    }
    return key
  }
}
