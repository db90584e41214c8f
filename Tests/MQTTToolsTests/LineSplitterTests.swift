import MQTT
import Testing

@testable import MQTTTools

struct LineSplitterTests {
  private func lines(_ text: String, pieceSize: Int, lineMax: Int = 100) throws -> [String] {
    var splitter = LineSplitter(lineMax: lineMax)
    var lines: [String] = []
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      splitter.append(rest.prefix(pieceSize))
      rest = rest.dropFirst(pieceSize)
      while let line = try splitter.next() { lines.append(String(decoding: line, as: UTF8.self)) }
    }
    #expect(try splitter.next() == nil)
    #expect(!splitter.isAtEnd)
    splitter.end()
    while let line = try splitter.next() { lines.append(String(decoding: line, as: UTF8.self)) }
    #expect(splitter.isAtEnd)
    return lines
  }

  @Test(arguments: [1, 2, 3, 7, 1_000])
  func `lines come whole whatever pieces they come in`(pieceSize: Int) throws {
    #expect(
      try lines("a\n\nb\r\nc\0d\n\u{E4}\nlast", pieceSize: pieceSize)
        == ["a", "", "b\r", "c\0d", "\u{E4}", "last"])
    #expect(try lines("a\n", pieceSize: pieceSize) == ["a"])
    #expect(try lines("", pieceSize: pieceSize) == [])
    #expect(try lines("\n\n", pieceSize: pieceSize) == ["", ""])
  }

  @Test(arguments: [1, 3, 1_000])
  func `a line has a limit, with and without its end`(pieceSize: Int) throws {
    let just = String(repeating: "x", count: 5)
    #expect(try lines("\(just)\n\(just)", pieceSize: pieceSize, lineMax: 5) == [just, just])
    for text in ["\(just)y\n", "\(just)y", "a\n\(just)y"] {
      #expect(throws: LineSplitter.TooLong.self) {
        _ = try lines(text, pieceSize: pieceSize, lineMax: 5)
      }
    }
  }
}

struct TopicMatchingTests {
  /// The examples of the standard (4.7.1, 4.7.2), and their like.
  @Test(
    arguments: [
      ("sport/tennis/player1/#", "sport/tennis/player1", true),
      ("sport/tennis/player1/#", "sport/tennis/player1/ranking", true),
      ("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true),
      ("sport/tennis/player1/#", "sport/tennis/player2", false), ("sport/#", "sport", true),
      ("sport/tennis/+", "sport/tennis/player1", true),
      ("sport/tennis/+", "sport/tennis/player1/ranking", false), ("sport/+", "sport", false),
      ("sport/+", "sport/", true), ("+/+", "/finance", true), ("/+", "/finance", true),
      ("+", "/finance", false), ("#", "a/b", true), ("#", "$SYS/x", false),
      ("+/monitor", "$SYS/monitor", false), ("$SYS/#", "$SYS/x", true),
      ("$SYS/monitor/+", "$SYS/monitor/Clients", true), ("a/b", "a/b", true), ("a/b", "a", false),
      ("a", "a/b", false), ("a//b", "a//b", true), ("a/+/b", "a//b", true), ("A", "a", false),
      ("a/", "a", false), ("+/#", "a", true), ("a/+/#", "a", false), ("a/+/#", "a/b", true),
      ("/", "/", true), ("/#", "a", false), ("a/b", "a/bc", false),
    ])
  func `a filter matches as the standard says`(filter: String, topic: String, matches: Bool) throws
  {
    #expect(try TopicFilter(filter).matches(TopicName(topic)) == matches)
  }
}
