/// The options of `godwit pub` and `godwit sub`, with the letters and names of mosquitto's tools.
///
/// The order is that of `spellings`, where the raw value is the number of a line.
enum ToolOption: Int, CaseIterable {
  case host, port, url, topic, clientID, clientIDPrefix, keepAlive, keepSession, sessionExpiry
  case version, property, username, password, passwordFile
  case willTopic, willPayload, willQoS, willRetain
  case caFile, caPath, systemCAs, certificate, key, keyPasswordFile, keyForm
  case tlsVersion, tlsALPN, insecure, psk, pskFile, pskIdentity
  case proxy, webSocket, webSocketPath, qos, noDelay, debug, quiet, help
  case message, file, lines, standardInput, nullMessage, retain, repeatCount, repeatDelay
  case inFlightMax
  case count, exitAfterSubscribe, timeout, format, noNewline, verbose
  case noRetained, retainedOnly, retainAsPublished, filterOut, unsubscribe

  /// Which of the two tools has an option.
  enum Tool {
    case pub, sub
  }

  /// How an option is written.
  struct Spelling {
    let option: ToolOption
    let takesValue: Bool
  }

  /// A line an option: which tool has it (`b` for both), its letter or `-`, its name, and `=` where
  /// it takes a value. `property` takes three or four words; the reader sees to that.
  ///
  /// A text and not a table of values, for that would be made by code at each start.
  private static let spellings: StaticString = """
    bhhost=
    bpport=
    bLurl=
    bttopic=
    biid=
    bIid-prefix=
    bkkeepalive=
    bcdisable-clean-session
    bxsession-expiry-interval=
    bVprotocol-version=
    bDproperty=
    buusername=
    bPpw=
    b-pw-file=
    b-will-topic=
    b-will-payload=
    b-will-qos=
    b-will-retain
    b-cafile=
    b-capath=
    b-tls-use-os-certs
    b-cert=
    b-key=
    b-key-pw-file=
    b-keyform=
    b-tls-version=
    b-tls-alpn=
    b-insecure
    b-psk=
    b-psk-file=
    b-psk-identity=
    b-proxy=
    b-ws
    b-ws-path=
    bqqos=
    b-nodelay
    bddebug
    b-quiet
    b-help
    pmmessage=
    pffile=
    plstdin-line
    psstdin-file
    pnnull-message
    prretain
    p-repeat=
    p-repeat-delay=
    pMmax-inflight=
    sC=
    sE
    sW=
    sF=
    sN
    svverbose
    sR
    s-retained-only
    s-retain-as-published
    sTfilter-out=
    sUunsubscribe=

    """

  /// The option of a tool that is written so behind its dash or dashes; nil where there is none.
  static func find(_ name: ArraySlice<UInt8>, isLetter: Bool, of tool: Tool) -> Spelling? {
    let text = UnsafeBufferPointer(start: spellings.utf8Start, count: spellings.utf8CodeUnitCount)
    let letter = tool == .pub ? UInt8(ascii: "p") : UInt8(ascii: "s")
    var rest = text[...]
    for option in allCases {
      var line = rest.prefix { $0 != UInt8(ascii: "\n") }
      rest = rest[(line.endIndex + 1)...]
      let owner = line.removeFirst()
      guard owner == letter || owner == UInt8(ascii: "b") else { continue }
      let takesValue = line.last == UInt8(ascii: "=")
      if takesValue { line.removeLast() }
      let spelling = isLetter ? line.prefix(1) : line.dropFirst()
      if !name.isEmpty, spelling.elementsEqual(name), !name.elementsEqual([UInt8(ascii: "-")]) {
        return Spelling(option: option, takesValue: takesValue)
      }
    }
    return nil
  }
}
