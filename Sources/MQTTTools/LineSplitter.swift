/// Cuts a stream of bytes into lines, whatever pieces it comes in.
struct LineSplitter {
  /// A line is longer than it may be.
  struct TooLong: Error, Equatable {}

  private let lineMax: Int
  private var bytes: [UInt8] = []
  private var start = 0
  /// Up to here there is no end of line.
  private var scanned = 0
  private var hasEnded = false

  /// Lines of at most `lineMax` bytes, without the end of line.
  init(lineMax: Int) {
    self.lineMax = lineMax
  }

  /// Adds what has come.
  mutating func append(_ piece: some Collection<UInt8>) {
    bytes.removeSubrange(..<start)
    scanned -= start
    start = 0
    bytes.append(contentsOf: piece)
  }

  /// Nothing more will come: what is left is a line, unless it is nothing.
  mutating func end() {
    hasEnded = true
  }

  /// Whether the end has come and every line is taken.
  var isAtEnd: Bool { hasEnded && start == bytes.count }

  /// The next line without its end; nil where it has not come whole.
  mutating func next() throws(TooLong) -> [UInt8]? {
    while scanned < bytes.count {
      if bytes[scanned] == UInt8(ascii: "\n") {
        guard scanned - start <= lineMax else { throw TooLong() }
        let line = Array(bytes[start..<scanned])
        scanned += 1
        start = scanned
        return line
      }
      scanned += 1
    }
    guard scanned - start <= lineMax else { throw TooLong() }
    guard hasEnded, start < bytes.count else { return nil }
    let line = Array(bytes[start...])
    start = bytes.count
    return line
  }
}
