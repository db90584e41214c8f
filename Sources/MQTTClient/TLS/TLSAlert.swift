/// What one end tells the other before it gives a TLS connection up (RFC 8446 section 6).
public struct TLSAlert: Equatable, Sendable {
  /// The number on the wire.
  public let code: UInt8

  /// An alert by its number.
  public init(code: UInt8) {
    self.code = code
  }

  /// The name in the registry, in words, e.g. "handshake failure" (IANA, TLS Alerts).
  public var name: String {
    switch code {
    case 0: "close notify"
    case 10: "unexpected message"
    case 20: "bad record mac"
    case 21: "decryption failed"
    case 22: "record overflow"
    case 30: "decompression failure"
    case 40: "handshake failure"
    case 41: "no certificate"
    case 42: "bad certificate"
    case 43: "unsupported certificate"
    case 44: "certificate revoked"
    case 45: "certificate expired"
    case 46: "certificate unknown"
    case 47: "illegal parameter"
    case 48: "unknown ca"
    case 49: "access denied"
    case 50: "decode error"
    case 51: "decrypt error"
    case 60: "export restriction"
    case 70: "protocol version"
    case 71: "insufficient security"
    case 80: "internal error"
    case 86: "inappropriate fallback"
    case 90: "user canceled"
    case 100: "no renegotiation"
    case 109: "missing extension"
    case 110: "unsupported extension"
    case 111: "certificate unobtainable"
    case 112: "unrecognized name"
    case 113: "bad certificate status response"
    case 114: "bad certificate hash value"
    case 115: "unknown psk identity"
    case 116: "certificate required"
    case 120: "no application protocol"
    default: "alert \(code)"
    }
  }
}
