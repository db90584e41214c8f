/// A host as a header or a proxy is told of it: a name or an address, with nothing in it that could
/// break out of its line.
struct HostName {
  /// As it was given, without brackets and without a zone.
  let utf8: [UInt8]
  /// The address that it is; nil for a name.
  let address: IPAddress?
  /// Whether there was a zone, as in "fe80::1%eth0": such an address means nothing elsewhere.
  let hadZone: Bool

  /// What a name can have in the name service, in text (RFC 1035, 2.3.4), and what SOCKS can carry.
  static let lengthMax = 255

  /// Takes a host without brackets.
  /// - Returns: nil where it is empty, too long, or holds what is no part of a name or an address.
  ///   A name beyond ASCII is to be given as the name service knows it ("xn--...", RFC 5891).
  init?(_ host: String) {
    var bytes = Array(host.utf8)
    hadZone = bytes.contains(ASCII.colon) && bytes.contains(UInt8(ascii: "%"))
    if hadZone, let zone = bytes.firstIndex(of: UInt8(ascii: "%")) {
      bytes.removeLast(bytes.count - zone)
    }
    guard (1...HostName.lengthMax).contains(bytes.count) else { return nil }
    address = IPAddress(bytes[...])
    if address == nil {
      guard
        bytes.allSatisfy({ ASCII.isLetter($0) || ASCII.isDigit($0) || ASCII.contains("-._~", $0) })
      else { return nil }
    }
    utf8 = bytes
  }

  /// The host with brackets where they belong, and the port, e.g. "[2001:db8::1]:443"
  /// (RFC 3986, 3.2); a nil port is left out.
  func authority(port: UInt16?) -> [UInt8] {
    var text: [UInt8] = []
    if case .version6 = address {
      text = [UInt8(ascii: "[")] + utf8 + [UInt8(ascii: "]")]
    } else {
      text = utf8
    }
    if let port { text.append(contentsOf: ":\(port)".utf8) }
    return text
  }
}
