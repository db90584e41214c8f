extension StatusHTTP {
  /// The head of a request: its first line and its fields.
  struct Head {
    /// The path alone, without a query.
    private(set) var path: String
    /// Whether the answer is to have no body.
    private(set) var isHead: Bool

    /// Reads the head; nil where it has not all come.
    /// - Parameter request: all that has come.
    init?(_ request: [UInt8]) throws(Refusal) {
      var rest = request[...]
      // Empty lines before a request are passed over (RFC 9112, 2.2).
      while rest.first == Head.carriageReturn || rest.first == Head.newLine {
        rest = rest.dropFirst()
      }
      // What cannot become a request, TLS for example, need not be waited for.
      let word = rest.prefix { $0 != UInt8(ascii: " ") }
      guard word.allSatisfy(Head.isToken) else { throw .badRequest }
      guard let lines = Head.lines(rest) else {
        guard request.count < requestMax else { throw .tooLarge }
        return nil
      }
      guard request.count - lines.rest.count <= requestMax else { throw .tooLarge }
      guard let first = lines.lines.first else { throw .badRequest }
      let parts = first.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
      guard parts.count == 3, !parts[0].isEmpty, !parts[1].isEmpty else { throw .badRequest }
      let isOldVersion = try Head.isOldVersion(parts[2])
      var hosts = 0
      for line in lines.lines.dropFirst() {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
          line[..<colon].allSatisfy(Head.isToken),
          // A line break or a NUL inside could be a second field to others.
          line.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 })
        else { throw .badRequest }
        if Head.isHost(line[..<colon]) { hosts += 1 }
      }
      // RFC 9112, 3.2: without Host, or with several, a request of 1.1 is refused.
      guard hosts == 1 || (isOldVersion && hosts == 0) else { throw .badRequest }
      isHead = parts[0].elementsEqual("HEAD".utf8)
      path = try Head.path(parts[1])
      guard isHead || parts[0].elementsEqual("GET".utf8) else { throw .method }
    }

    private static let carriageReturn = UInt8(ascii: "\r")
    private static let newLine = UInt8(ascii: "\n")

    /// The lines up to the empty one, without their ends, and what is behind; nil where there is no
    /// empty line. A line may end without a carriage return (RFC 9112, 2.2).
    private static func lines(
      _ bytes: ArraySlice<UInt8>
    ) -> (lines: [ArraySlice<UInt8>], rest: ArraySlice<UInt8>)? {
      var lines: [ArraySlice<UInt8>] = []
      var rest = bytes.prefix(requestMax + 1)
      while let end = rest.firstIndex(of: newLine) {
        var line = rest[..<end]
        if line.last == carriageReturn { line = line.dropLast() }
        rest = rest[(end + 1)...]
        if line.isEmpty { return (lines, bytes[(end + 1)...]) }
        lines.append(line)
      }
      return nil
    }

    private static func isOldVersion(_ version: ArraySlice<UInt8>) throws(Refusal) -> Bool {
      if version.elementsEqual("HTTP/1.1".utf8) { return false }
      if version.elementsEqual("HTTP/1.0".utf8) { return true }
      throw version.starts(with: "HTTP/".utf8) ? .version : .badRequest
    }

    /// The path of "/status.json?x" and of "http://host/status.json" (RFC 9112, 3.2).
    private static func path(_ target: ArraySlice<UInt8>) throws(Refusal) -> String {
      var path = target
      if path.starts(with: "http://".utf8) {
        path = path.dropFirst(7)
        path = path[(path.firstIndex(of: UInt8(ascii: "/")) ?? path.endIndex)...]
      } else {
        guard path.first == UInt8(ascii: "/") else { throw .badRequest }
      }
      return String(decoding: path.prefix { $0 != UInt8(ascii: "?") }, as: UTF8.self)
    }

    /// The characters of methods and field names (RFC 9110, 5.6.2).
    private static func isToken(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default:
        "!#$%&'*+-.^_`|~".utf8.contains(byte)
      }
    }

    private static func isHost(_ name: ArraySlice<UInt8>) -> Bool {
      name.count == 4 && zip(name, "host".utf8).allSatisfy { $0 | 0x20 == $1 }
    }
  }
}
