internal import System

/// A question to a gateway by HTTP over its Unix socket.
enum StatusQuestion {
  /// Why there is no answer, in words.
  struct Failure: Error {
    let text: String
  }

  /// The gateway serves one client at a time, for 3 s at most each.
  private static let timeout: Duration = .seconds(10)
  /// A thousand devices have some 200 KiB.
  private static let answerMax = 8 << 20

  /// The body of the answer.
  static func ask(_ socket: String, for path: String) throws(Failure) -> [UInt8] {
    let connection: Socket
    do throws(Errno) {
      connection = try Socket(connectingToUnixSocket: socket)
    } catch {
      throw Failure(text: "\(socket): \(words(error, socket))")
    }
    let answer: [UInt8]
    do throws(Errno) {
      try send(
        "GET \(path) HTTP/1.1\r\nHost: godwit\r\nConnection: close\r\n\r\n", over: connection)
      answer = try read(from: connection)
    } catch {
      throw Failure(text: "\(socket): \(error.text)")
    }
    guard let body = body(of: answer) else {
      throw Failure(text: "\(socket): what answers there is no gateway")
    }
    return body
  }

  private static func words(_ error: Errno, _ socket: String) -> String {
    switch error {
    case .noSuchFile:
      return "\(error.text); is the gateway running?"
    case .connectionRefused:
      return "\(error.text): the gateway that made it is gone"
    case .accessDenied:
      let folder = folder(of: socket)
      guard let group = Files.groupName(of: socket) ?? Files.groupName(of: folder) else {
        return error.text
      }
      return "\(error.text); members of the group \(group) may ask"
    default:
      return error.text
    }
  }

  private static func folder(of path: String) -> String {
    var bytes = Array(path.utf8)
    while let byte = bytes.popLast(), byte != UInt8(ascii: "/") {}
    return bytes.isEmpty ? "/" : String(decoding: bytes, as: UTF8.self)
  }

  private static func send(_ text: String, over connection: borrowing Socket) throws(Errno) {
    // A socket's buffer is larger than this.
    let bytes = Array(text.utf8)
    let count = try bytes.withUnsafeBufferPointer { (bytes) throws(Errno) in
      try connection.write(UnsafeRawBufferPointer(bytes))
    }
    guard count == bytes.count else { throw .brokenPipe }
  }

  private static func read(from connection: borrowing Socket) throws(Errno) -> [UInt8] {
    let deadline = Clock.sinceBoot + timeout
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    while answer.count < answerMax {
      let awaited = try connection.wait(for: .readable, timeout: deadline - Clock.sinceBoot)
      if awaited.readiness.isEmpty { throw .timedOut }
      let count = try buffer.withUnsafeMutableBufferPointer { (buffer) throws(Errno) in
        try connection.read(into: UnsafeMutableRawBufferPointer(buffer))
      }
      if count == 0 { return answer }
      answer += buffer[..<count]
    }
    throw .fileTooLarge
  }

  /// What is behind the head of an answer with status 200; nil where it is none, or was cut.
  static func body(of answer: [UInt8]) -> [UInt8]? {
    guard answer.starts(with: "HTTP/1.1 200 ".utf8) else { return nil }
    let end = Array("\r\n\r\n".utf8)
    for start in answer.indices where answer[start...].starts(with: end) {
      let body = Array(answer[(start + end.count)...])
      guard contentLength(answer[..<start]) == body.count else { return nil }
      return body
    }
    return nil
  }

  private static func contentLength(_ head: ArraySlice<UInt8>) -> Int? {
    let name = Array("\r\nContent-Length: ".utf8)
    for start in head.indices where head[start...].starts(with: name) {
      let digits = head[(start + name.count)...].prefix { $0 >= 0x30 && $0 <= 0x39 }
      return Int(String(decoding: digits, as: UTF8.self))
    }
    return nil
  }
}
