import MQTT
import Testing

@testable import MQTTTools

struct PublishOptionsTests {
  private func parse(_ words: String...) throws -> PublishOptions { try PublishOptions(words) }

  @Test(
    arguments: [
      (["-m", "hi"], PublishOptions.Source.message(Array("hi".utf8))), (["-m", ""], .message([])),
      (["-n"], .message([])), (["-f", "x"], .file("x")), (["-s"], .standardInput), (["-l"], .lines),
      (["-m", "-5"], .message(Array("-5".utf8))),
    ])
  func `a message comes from one place`(words: [String], source: PublishOptions.Source) throws {
    let options = try PublishOptions(["-t", "t"] + words)
    #expect(options.source == source && options.topic?.text == "t")
  }

  @Test func `QoS, retain, repetition and window`() throws {
    let options = try parse(
      "-t", "t", "-m", "x", "-q", "2", "-r", "--repeat", "3", "--repeat-delay", "0.25", "-M", "100")
    #expect(options.qos == .exactlyOnce && options.retain)
    #expect(options.repeatCount == 3 && options.repeatDelay == .milliseconds(250))
    #expect(options.inFlightMax == 100)
    let plain = try parse("-t", "t", "-m", "x")
    #expect(plain.qos == .atMostOnce && !plain.retain && plain.repeatCount == 1)
    #expect(plain.repeatDelay == .zero && plain.inFlightMax == nil)
  }

  @Test func `help wants nothing else`() throws {
    #expect(try parse("--help").topic == nil)
    #expect(try parse("-t", "a", "--help").connection.wantsHelp)
  }

  @Test(
    arguments: [
      (["-m", "x"], "expected a topic, -t or in -L"),
      (["-t", "t"], "expected a message, one of -m, -f, -l, -n and -s"),
      (["-t", "t", "-m", "x", "-n"], "-m and -n together, expected one of them"),
      (
        ["-t", "t", "-m", "x", "--message", "y"], "-m and --message together, expected one of them"
      ),
      (["-t", "t", "-l", "--repeat", "2"], "-l and --repeat together, expected one of them"),
      (
        ["-t", "t", "-m", "x", "--repeat", "0"],
        "--repeat: '0', expected a number from 1 to 2147483647"
      ),
      (
        ["-t", "t", "-m", "x", "--repeat-delay", "-1"],
        "--repeat-delay: '-1', expected seconds from 0 to 1000000"
      ),
      (
        ["-t", "t", "-m", "x", "--repeat-delay", "nan"],
        "--repeat-delay: 'nan', expected seconds from 0 to 1000000"
      ),
      (["-t", "t", "-M", "0"], "-M: '0', expected a number from 1 to 32767"),
    ])
  func `mistakes are told in words`(words: [String], text: String) {
    let error = #expect(throws: UsageError.self) { _ = try PublishOptions(words) }
    #expect(error?.text == text)
  }

  @Test(arguments: ["a/#", "+/b", ""])
  func `a topic with wildcards is refused`(topic: String) {
    let error = #expect(throws: UsageError.self) { _ = try parse("-t", topic, "-n") }
    #expect(error?.text.hasPrefix("-t: '\(topic)', expected a topic name: ") == true)
    let url = #expect(throws: UsageError.self) { _ = try parse("-L", "mqtt://h/a/#", "-n") }
    #expect(url?.text.hasPrefix("-L: 'a/#', expected a topic name: ") == true)
  }
}

struct SubscribeOptionsTests {
  private func parse(_ words: String...) throws -> SubscribeOptions { try SubscribeOptions(words) }

  @Test func `filters are gathered from -t, -L, -T and -U`() throws {
    let options = try parse(
      "-t", "a/#", "-L", "mqtt://h/b/+", "-T", "a/x", "-T", "a/y", "-U", "c", "--topic",
      "$share/g/d")
    #expect(options.topics.map(\.text) == ["a/#", "b/+", "$share/g/d"])
    #expect(options.filtersOut.map(\.text) == ["a/x", "a/y"])
    #expect(options.unsubscribes.map(\.text) == ["c"])
  }

  @Test func `when it ends`() throws {
    let options = try parse("-t", "t", "-C", "3", "-W", "5", "-E", "-q", "1", "-N")
    #expect(options.countMax == 3 && options.timeout == .seconds(5))
    #expect(options.exitsAfterSubscribe && options.qos == .atLeastOnce && !options.endsLines)
    let plain = try parse("-t", "t")
    #expect(plain.countMax == nil && plain.timeout == nil && !plain.exitsAfterSubscribe)
    #expect(plain.endsLines && plain.qos == .atMostOnce && plain.retained == .all)
  }

  @Test func `what is written`() throws {
    #expect(try parse("-t", "t").format == .payload)
    #expect(try parse("-t", "t", "-v").format == .topicAndPayload)
    #expect(try parse("-t", "t", "-v", "-F", "%l").format == MessageFormat("%l"))
    #expect(try parse("-t", "t", "-R").retained == .none)
    #expect(try parse("-t", "t", "--retained-only").retained == .only)
    let options = try parse("-t", "t", "--retain-as-published")
    #expect(
      options.retainAsPublished && options.connection.needsVersion5 == "--retain-as-published")
  }

  @Test(
    arguments: [
      ([], "expected a topic filter, -t or in -L"),
      (["-T", "a"], "expected a topic filter, -t or in -L"),
      (["-t", "t", "-C", "0"], "-C: '0', expected a number from 1 to 2147483647"),
      (["-t", "t", "-W", "0"], "-W: '0', expected a number from 1 to 2147483647"),
      (["-t", "t", "-W", "1.5"], "-W: '1.5', expected a number from 1 to 2147483647"),
      (
        ["-t", "t", "-R", "--retained-only"],
        "-R and --retained-only together, expected one of them"
      ),
      (
        ["-t", "t", "--retained-only", "-R"],
        "-R and --retained-only together, expected one of them"
      ),
      (["-t", "t", "-F", "%Z"], "-F: '%Z', expected a sequence of docs/tools.md in place of %Z"),
    ])
  func `mistakes are told in words`(words: [String], text: String) {
    let error = #expect(throws: UsageError.self) { _ = try SubscribeOptions(words) }
    #expect(error?.text == text)
  }

  @Test(arguments: [("-t", "a/#/b"), ("-T", "a+"), ("-U", ""), ("-t", "$share//a")])
  func `a filter that is none is told`(option: String, filter: String) {
    let error = #expect(throws: UsageError.self) { _ = try parse("-t", "t", option, filter) }
    #expect(error?.text.hasPrefix("\(option): '\(filter)', expected a topic filter: ") == true)
  }
}
