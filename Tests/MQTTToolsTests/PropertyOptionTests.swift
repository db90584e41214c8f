import MQTT
import MQTTClient
import Testing

@testable import MQTTTools

struct PropertyOptionTests {
  private func parse(
    _ lines: [String], of tool: ToolOption.Tool = .pub
  ) throws -> PropertyOption {
    var properties = PropertyOption()
    let reader = OptionReader(
      lines.flatMap { ["-D"] + $0.split(separator: " ").map(String.init) }, of: tool)
    while try reader.next() != nil { try properties.take(reader) }
    try properties.check()
    return properties
  }

  @Test func `CONNECT has these`() throws {
    let connect = try parse([
      "connect session-expiry-interval 60", "CONNECT receive-maximum 7",
      "connect maximum-packet-size 1000", "connect topic-alias-maximum 4",
      "connect request-response-information 1", "connect request-problem-information 0",
      "connect authentication-method SCRAM", "connect authentication-data abc",
      "connect user-property a 1", "connect user-property a 2",
    ]).connect
    #expect(connect.sessionExpiryInterval == 60 && connect.receiveMaximum == 7)
    #expect(connect.maximumPacketSize == 1_000 && connect.topicAliasMaximum == 4)
    #expect(connect.requestResponseInformation == true)
    #expect(connect.requestProblemInformation == false)
    #expect(connect.authenticationMethod?.text == "SCRAM")
    #expect(connect.authenticationData == Array("abc".utf8))
    #expect(connect.userProperties.map { "\($0.name.text)=\($0.value.text)" } == ["a=1", "a=2"])
  }

  @Test func `they reach the session`() throws {
    let options = try PublishOptions([
      "-n", "-t", "t", "-D", "connect", "receive-maximum", "7", "-D", "connect",
      "maximum-packet-size", "1000", "-D", "connect", "topic-alias-maximum", "4", "-D", "connect",
      "request-problem-information", "0", "-D", "publish", "topic-alias", "3",
    ]).connection.makeClientOptions(clientID: "me").session
    #expect(options.receiveMaximum == 7 && options.packetSizeMax == 1_000)
    #expect(options.topicAliasMaximum == 4 && !options.requestProblemInformation)
    #expect(options.sentTopicAliasMax == 3)
  }

  @Test func `PUBLISH and the will have these`() throws {
    let properties = try parse([
      "publish payload-format-indicator 1", "publish message-expiry-interval 77",
      "publish topic-alias 3", "publish response-topic r/t", "publish correlation-data c1",
      "publish content-type text/plain", "publish user-property k v",
      "will payload-format-indicator 0", "will message-expiry-interval 4294967295",
      "will will-delay-interval 5", "will response-topic r", "will correlation-data c",
      "will content-type x", "will user-property k v",
    ])
    let publish = properties.publish
    #expect(publish.payloadFormat == .utf8 && publish.messageExpiryInterval == 77)
    #expect(publish.topicAlias == 3 && publish.responseTopic?.text == "r/t")
    #expect(publish.correlationData == Array("c1".utf8))
    #expect(publish.contentType?.text == "text/plain" && publish.userProperties.count == 1)
    let will = properties.will
    #expect(will.payloadFormat == .unspecified && will.messageExpiryInterval == .max)
    #expect(will.willDelayInterval == 5 && will.responseTopic?.text == "r")
    #expect(will.correlationData == Array("c".utf8) && will.contentType?.text == "x")
    #expect(will.userProperties.count == 1 && properties.hasWill)
    #expect(properties.connect == Connect.Properties())
  }

  @Test func `SUBSCRIBE and UNSUBSCRIBE have these`() throws {
    let properties = try parse(
      [
        "subscribe subscription-identifier 268435455", "subscribe user-property k v",
        "unsubscribe user-property k w",
      ], of: .sub)
    #expect(properties.subscribe.subscriptionIdentifier == 268_435_455)
    #expect(properties.subscribe.userProperties.first?.value.text == "v")
    #expect(properties.unsubscribe.userProperties.first?.value.text == "w")
  }

  @Test(
    arguments: [
      ("foo user-property k v", "-D: 'foo', expected connect, publish or will"),
      ("subscribe user-property k v", "-D: 'subscribe', expected connect, publish or will"),
      ("disconnect user-property k v", "-D: 'disconnect', expected connect, publish or will"),
      (
        "connect userp k",
        "-D connect: 'userp', expected a property of this packet, see docs/tools.md"
      ),
      (
        "publish subscription-identifier 1",
        "-D publish: 'subscription-identifier', expected a property of this packet, see docs/tools.md"
      ),
      (
        "connect receive-maximum k",
        "-D connect receive-maximum: 'k', expected a number from 0 to 65535"
      ),
      (
        "connect receive-maximum 70000",
        "-D connect receive-maximum: '70000', expected a number from 0 to 65535"
      ),
      (
        "publish payload-format-indicator 2",
        "-D publish payload-format-indicator: '2', expected a number from 0 to 1"
      ),
      ("connect user-property k", "-D connect user-property: expected a value"),
      ("connect receive-maximum", "-D connect receive-maximum: expected a value"),
      ("connect", "-D connect: expected a value"),
    ])
  func `mistakes are told with the user's words`(line: String, text: String) {
    let error = #expect(throws: UsageError.self) { _ = try parse([line]) }
    #expect(error?.text == text)
  }

  /// What the codec refuses, it refuses here.
  @Test(
    arguments: [
      ["connect content-type x"], ["publish receive-maximum 1"], ["connect receive-maximum 0"],
      ["connect maximum-packet-size 0"], ["connect authentication-data x"],
      ["publish topic-alias 0"], ["publish response-topic a/#"], ["will session-expiry-interval 1"],
      ["publish content-type x", "publish content-type y"], ["connect server-keep-alive 1"],
    ])
  func `the rules of the standard hold`(lines: [String]) {
    let error = #expect(throws: UsageError.self) { _ = try parse(lines) }
    #expect(error?.text.contains(": expected properties that go together: ") == true)
    #expect(error?.text.contains("MQTT") == true)
  }

  @Test func `a value longer than its length can tell is refused`() {
    let long = String(repeating: "x", count: 65_536)
    let error = #expect(throws: UsageError.self) { _ = try parse(["publish content-type \(long)"]) }
    #expect(error?.text.hasSuffix("expected at most 65535 bytes") == true)
  }
}
