import Foundation
import MQTT
import System
import Testing

@testable import MQTTTools

struct MessageFormatTests {
  /// The message that mosquitto_pub 2.0.11 published to learn the texts below.
  private static let full: Publish = {
    var publish = Publish(
      topic: try? TopicName("f/t"), payload: Array("a\"\\\u{1}".utf8) + [0xFF] + Array("b\n".utf8),
      qos: .atLeastOnce, packetIdentifier: 1)
    publish.properties.contentType = try? EncodedString("text/plain")
    publish.properties.correlationData = Array("c1".utf8)
    publish.properties.messageExpiryInterval = 77
    publish.properties.payloadFormat = .utf8
    publish.properties.responseTopic = try? TopicName("r/t")
    for number in 1...2 {
      if let property = try? UserProperty("k\(number)", "v\(number)") {
        publish.properties.userProperties.append(property)
      }
    }
    return publish
  }()

  private static let bare = Publish(
    topic: try? TopicName("f/t"), payload: Array("{\"a\":1}".utf8), qos: .atMostOnce)

  private func write(
    _ format: String, _ message: Publish = Self.full,
    at time: LocalTime = LocalTime(unixSeconds: 1_795_432_063, nanoseconds: 81_952_401)
  ) throws -> [UInt8] {
    var output: [UInt8] = []
    #expect(try MessageFormat(format).write(message, at: time, to: &output))
    return output
  }

  /// Each as mosquitto_sub 2.0.11 wrote it.
  @Test(
    arguments: [
      ("%A|", "|"), ("%5A|", "     |"), ("%C|", "text/plain|"), ("%20C|", "          text/plain|"),
      ("%-20C|", "text/plain          |"), ("%.3C|", "tex|"), ("%-6.3C|", "tex   |"),
      ("%6.3C|", "   tex|"), ("%D|", "c1|"), ("%E|", "77|"), ("%8E|", "      77|"),
      ("%08E|", "00000077|"), ("%-8E|", "77      |"), ("%-08E|", "77      |"), ("%F|", "1|"),
      ("%4F|", "   1|"), ("%04F|", "0001|"), ("%l|", "7|"), ("%6l|", "     7|"),
      ("%06l|", "000007|"), ("%-6l|", "7     |"), ("%m|", "1|"), ("%5m|", "    1|"),
      ("%05m|", "00001|"), ("%-5m|", "1    |"), ("%P|", "k1:v1 k2:v2|"), ("%q|", "1|"),
      ("%R|", "r/t|"), ("%10R|", "       r/t|"), ("%-10.2R|", "r/        |"), ("%r|", "0|"),
      ("%S|", "|"), ("%5S|", "     |"), ("%t|", "f/t|"), ("%10t|", "       f/t|"),
      ("%-10t|", "f/t       |"), ("%10.2t|", "        f/|"), ("%.2t|", "f/|"),
      ("%010t|", "       f/t|"), ("%x|", "61225c01ff620a|"), ("%X|", "61225C01FF620A|"),
      ("%%|", "%|"), ("@@|", "@|"), ("plain", "plain"), ("%05.2l|", "00007|"),
      ("\\n\\t\\a\\e\\r\\0\\v\\\\|", "\n\t\u{7}\u{1B}\r\0\u{B}\\|"), ("%5%|", "%|"),
    ])
  func `mosquitto_sub writes the same`(format: String, text: String) throws {
    #expect(try write(format) == Array(text.utf8))
  }

  @Test(
    arguments: [
      ("%A|%C|%D|%E|%F|%m|%P|%R|%S|%q|%r|%l|", "|||||0||||0|0|7|"), ("%5m|", "    0|"),
      ("%05E|", "00000|"),
    ])
  func `what a message does not have is empty`(format: String, text: String) throws {
    #expect(try write(format, Self.bare) == Array(text.utf8))
  }

  @Test(arguments: [
    ("%p|", "", ""), ("%12p|", "     ", ""), ("%-12p|", "", "     "), ("%3p|", "", ""),
  ])
  func `a payload of any bytes is written unchanged`(
    format: String, before: String, after: String
  ) throws {
    #expect(
      try write(format) == Array(before.utf8) + Self.full.payload + Array("\(after)|".utf8))
  }

  /// mosquitto_sub 2.0.11 cuts the digits at half the width; its manual does not say so.
  @Test func `a width never cuts`() throws {
    #expect(try write("%20x|") == Array("      61225c01ff620a|".utf8))
    #expect(try write("%020X|") == Array("00000061225C01FF620A|".utf8))
    #expect(try write("%-20x|") == Array("61225c01ff620a      |".utf8))
    #expect(try write("%3x|") == Array("61225c01ff620a|".utf8))
  }

  @Test func `aliases, identifiers and retain`() throws {
    var message = Self.bare
    message.retain = true
    message.properties.topicAlias = 9
    message.properties.subscriptionIdentifiers = [5, 268_435_455]
    #expect(try write("%A %03A %S %r", message) == Array("9 009 5 268435455 1".utf8))
  }

  @Test func `without -F it is the payload, with -v the topic before it`() {
    var output: [UInt8] = []
    #expect(MessageFormat.payload.write(Self.full, at: .now, to: &output))
    #expect(output == Self.full.payload)
    #expect(MessageFormat.topicAndPayload.write(Self.full, at: .now, to: &output))
    #expect(output == Self.full.payload + Array("f/t ".utf8) + Self.full.payload)
  }

  @Test(
    arguments: [
      ("%", FormatError.incomplete(0x25)), ("%0", .incomplete(0x25)), ("%-", .incomplete(0x25)),
      ("%5", .incomplete(0x25)), ("%5.", .incomplete(0x25)), ("x\\", .incomplete(0x5C)),
      ("x@", .incomplete(0x40)), ("%Z", .unknown(0x25, 0x5A)), ("%z", .unknown(0x25, 0x7A)),
      ("%i", .unknown(0x25, 0x69)), ("\\q", .unknown(0x5C, 0x71)), ("%ü", .unknown(0x25, 0xC3)),
      ("@E", .unknown(0x40, 0x45)), ("@ü", .unknown(0x40, 0xC3)), ("%10001t", .tooWide),
      ("%99999999999999999999t", .tooWide), ("%.10001t", .tooWide), ("@\n", .unknown(0x40, 0x0A)),
    ])
  func `what is no format is refused`(format: String, error: FormatError) {
    #expect(throws: error) { _ = try MessageFormat(format) }
    #expect(!error.expected.isEmpty)
  }

  @Test func `a format is parsed once into few parts`() throws {
    let format = try MessageFormat("a%%b\\nc%t@@%-08.3C@H")
    #expect(
      format.parts == [
        .text(Array("a%b\nc".utf8)), .field(.topic, .init()), .text([UInt8(ascii: "@")]),
        .field(.contentType, .init(isLeft: true, hasZeros: true, width: 8, precision: 3)),
        .time(UInt8(ascii: "H")),
      ])
  }

  /// The expected texts are those of date(1).
  @Test(
    arguments: [
      "@Y-@m-@d", "@H:@M:@S", "@s", "@z", "@j", "@F @T", "@a @b", "@Z", "@c",
    ])
  func `a part of the time is what strftime makes of it`(format: String) throws {
    let date = Process()
    let pipe = Pipe()
    date.executableURL = URL(fileURLWithPath: "/bin/date")
    date.environment = ProcessInfo.processInfo.environment.merging(["LC_ALL": "C"]) { $1 }
    date.arguments = [
      "-d", "@1795432063", "+" + format.replacingOccurrences(of: "@", with: "%"),
    ]
    date.standardOutput = pipe
    try date.run()
    date.waitUntilExit()
    let text = pipe.fileHandleForReading.readDataToEndOfFile().dropLast()
    #expect(try write(format) == Array(text))
  }

  @Test func `nanoseconds have nine digits`() throws {
    #expect(try write("@N %U") == Array("081952401 1795432063.081952401".utf8))
  }

  @Test func `ISO 8601 has date, time and zone`() throws {
    let text = String(decoding: try write("%I"), as: UTF8.self)
    #expect(text.wholeMatch(of: /20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}/) != nil, "\(text)")
    #expect(try write("%.4I|") == Array("2026|".utf8))
    #expect(try write("%30I") == Array(("      " + text).utf8))
  }
}
