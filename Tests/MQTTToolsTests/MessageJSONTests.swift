import Foundation
import MQTT
import System
import Telemetry
import TestSupport
import Testing

@testable import MQTTTools

struct MessageJSONTests {
  private func write(_ message: Publish, format: String = "%j") throws -> [UInt8]? {
    var output: [UInt8] = []
    let time = LocalTime(unixSeconds: 1_795_432_063, nanoseconds: 81_952_401)
    return try MessageFormat(format).write(message, at: time, to: &output) ? output : nil
  }

  private func text(_ message: Publish, format: String = "%j") throws -> String {
    let bytes = try #require(try write(message, format: format))
    // The time is that of the machine's zone; MessageFormatTests look at it.
    return String(decoding: bytes, as: UTF8.self)
      .replacing(/"tst":"[0-9T:.+-]+"/, with: "\"tst\":\"T\"")
  }

  private func message(_ payload: String = "hi") -> Publish {
    Publish(topic: try? TopicName("f/t"), payload: Array(payload.utf8), qos: .atMostOnce)
  }

  /// Each as mosquitto_sub 2.0.11 wrote it, but for the time.
  @Test func `mosquitto_sub writes the same`() throws {
    #expect(
      try text(message("{\"a\":1}"))
        == #"{"tst":"T","topic":"f/t","qos":0,"retain":0,"payloadlen":7,"payload":"{\"a\":1}"}"#)
    #expect(
      try text(message("{\"a\":1}"), format: "%J")
        == #"{"tst":"T","topic":"f/t","qos":0,"retain":0,"payloadlen":7,"payload":{"a":1}}"#)
    #expect(
      try text(message(""))
        == #"{"tst":"T","topic":"f/t","qos":0,"retain":0,"payloadlen":0,"payload":null}"#)
    var subscribed = message("x")
    subscribed.properties.subscriptionIdentifiers = [5]
    #expect(
      try text(subscribed)
        == #"{"tst":"T","topic":"f/t","qos":0,"retain":0,"payloadlen":1,"#
        + #""properties":{"subscription-identifier":5},"payload":"x"}"#)
  }

  @Test func `the time has microseconds and a zone`() throws {
    let json = try #require(try write(message()))
    let object = try JSONSerialization.jsonObject(with: Data(json)) as? [String: Any]
    let time = object?["tst"] as? String ?? ""
    #expect(
      time.wholeMatch(of: /20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.081952[+-]\d{4}/) != nil, "\(time)")
  }

  @Test func `all properties have their members`() throws {
    var publish = message("x")
    publish.qos = .exactlyOnce
    publish.packetIdentifier = 7
    publish.retain = true
    publish.properties.contentType = try EncodedString("a\"b")
    publish.properties.correlationData = [0xFF, 0x41]
    publish.properties.messageExpiryInterval = 77
    publish.properties.payloadFormat = .unspecified
    publish.properties.responseTopic = try TopicName("r/t")
    publish.properties.topicAlias = 3
    publish.properties.subscriptionIdentifiers = [5, 6]
    publish.properties.userProperties = [
      try UserProperty("k", "1"), try UserProperty("\n", "x"), try UserProperty("k", "2"),
    ]
    #expect(
      try text(publish)
        == #"{"tst":"T","topic":"f/t","qos":2,"retain":1,"payloadlen":1,"mid":7,"properties":{"#
        + #""content-type":"a\"b","correlation-data":"\#u{FFFD}A","correlation-data-hex":"ff41","#
        + #""message-expiry-interval":77,"payload-format-indicator":0,"response-topic":"r/t","#
        + #""topic-alias":3,"subscription-identifier":[5,6],"#
        + #""user-properties":{"k":["1","2"],"\n":"x"}},"payload":"x"}"#)
  }

  @Test func `a payload that is no UTF-8 is there in full as digits`() throws {
    var publish = message()
    publish.payload = [0x61, 0xFF, 0xC3, 0x28, 0x00]
    #expect(
      try text(publish).hasSuffix(
        #""payload":"a\#u{FFFD}\#u{FFFD}(\u0000","payload-hex":"61ffc32800"}"#))
  }

  @Test func `whatever comes, it is JSON on one line`() throws {
    var random = SplitMix64(seed: 3)
    for _ in 0..<2_000 {
      var publish = message()
      let count = Int.random(in: 0..<40, using: &random)
      publish.payload = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      publish.properties.correlationData = publish.payload
      let json = try #require(try write(publish))
      #expect(!json.contains(UInt8(ascii: "\n")))
      let object = try JSONSerialization.jsonObject(with: Data(json)) as? [String: Any]
      let hex = object?["payload-hex"] as? String
      if let text = String(bytes: publish.payload, encoding: .utf8) {
        #expect(hex == nil)
        #expect(object?["payload"] as? String == (text.isEmpty ? nil : text))
      } else {
        #expect(hex == publish.payload.map { String(format: "%02x", $0) }.joined())
      }
    }
  }

  @Test(
    arguments: [
      "1", "null", " [1] ", "{\"a\":[1,2]}", "\"x\"", "-0.5e+3", "0", "true", "false", "[]", "{}",
      "[{\"a\":{}},\"\\u00e4\\n\\/\"]", "\"\u{E4}\u{7F}\"", "1E9", "\t\r\n1", "{\"a\":1,\"b\":2}",
    ])
  func `a payload that is JSON stands there as it came`(payload: String) throws {
    #expect(try text(message(payload), format: "%J").hasSuffix("\"payload\":\(payload)}"))
  }

  @Test(
    arguments: [
      "", "nope", "{\"a\":1,}", "{\"a\":1} x", "[1,]", "[1", "{\"a\"}", "{1:2}", "\"x", "\"\n\"",
      "\"\\x\"", "\"\\u12g4\"", "01", "1.", ".5", "-", "+1", "1e", "nul", "truex", "'x'", "NaN",
      "[1 2]", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "]", "//", "\u{FEFF}1",
    ])
  func `a payload that is not is left out as a whole`(payload: String) throws {
    var output = Array("before".utf8)
    #expect(
      try !MessageFormat("%t %J").write(message(payload), at: .now, to: &output))
    #expect(output == Array("before".utf8))
  }

  @Test func `bytes that are no UTF-8 are no JSON, and nesting has a limit`() throws {
    #expect(!JSONCheck.isValid([0x22, 0xFF, 0x22]))
    func nested(_ depth: Int) -> [UInt8] {
      Array(repeating: UInt8(ascii: "["), count: depth)
        + Array(repeating: UInt8(ascii: "]"), count: depth)
    }
    #expect(JSONCheck.isValid(nested(128)))
    #expect(!JSONCheck.isValid(nested(129)))
    #expect(!JSONCheck.isValid(nested(1_000_000)))
  }

  @Test func `the check agrees with another reader of JSON on damaged texts`() throws {
    var random = SplitMix64(seed: 4)
    let seed = Array(#"{"a":[1,-2.5e3,true,null,"x\"\u00e4"],"b":{}}"#.utf8)
    var validCount = 0
    for _ in 0..<5_000 {
      var bytes = seed
      for _ in 0..<Int.random(in: 1...2, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        if Bool.random(using: &random) {
          bytes.remove(at: place)
        } else {
          bytes[place] = seed[Int.random(in: 0..<seed.count, using: &random)]
        }
      }
      let isValid = JSONCheck.isValid(bytes)
      if isValid { validCount += 1 }
      let object = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
      #expect(isValid == (object != nil), "\(String(decoding: bytes, as: UTF8.self))")
    }
    #expect(validCount > 100)
  }
}
