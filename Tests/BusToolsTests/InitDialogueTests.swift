import Testing

@testable import BusTools

struct InitDialogueTests {
  private func dialogue(_ answers: InitDialogue.Answers = .init()) -> InitDialogue {
    InitDialogue(answers, gatewayUsual: "barn")
  }

  @Test func `empty lines take the defaults`() {
    var dialogue = dialogue()
    var asked: [InitDialogue.Question] = []
    while let question = dialogue.question {
      asked.append(question)
      #expect(dialogue.take([]) == .taken)
    }
    #expect(asked == [.gateway, .broker, .username, .scan, .serial])
    #expect(dialogue.answers.gateway == "barn" && dialogue.answers.broker == "mqtt://127.0.0.1")
    #expect(dialogue.answers.wantsScan == true && dialogue.answers.wantsSerial == false)
  }

  @Test func `a user name asks for a password, whose spaces count`() {
    var dialogue = dialogue(.init(gateway: "g", broker: "mqtt://b", wantsScan: false))
    #expect(dialogue.take(Array(" eve ".utf8)) == .taken)
    #expect(dialogue.question == .password)
    #expect(dialogue.take(Array(" a\"b ".utf8)) == .taken)
    #expect(dialogue.question == nil)
    #expect(dialogue.answers.username == "eve" && dialogue.answers.password == " a\"b ")
  }

  @Test(
    arguments: [
      Array("a b".utf8), [0x1B, 0x5B], [0xFF], Array(repeating: UInt8(ascii: "a"), count: 70_000),
      Array("a/b".utf8), Array("ä".utf8), [0],
    ] as [[UInt8]])
  func `a wrong name is asked for again, so often and no more`(line: [UInt8]) {
    var dialogue = dialogue()
    for _ in 1..<InitDialogue.attemptsMax {
      guard case .again = dialogue.take(line) else {
        Issue.record("\(line.prefix(8))")
        return
      }
    }
    guard case .givenUp = dialogue.take(line) else {
      Issue.record("it goes on")
      return
    }
  }

  @Test(arguments: ["barn", "mqtt://", "http://b", "mqtt://u:p@b", "mqtt://b:99999"])
  func `a wrong URL is told`(url: String) {
    #expect(InitText.problem(broker: url) != nil)
  }

  @Test func `the end of the input ends it`() {
    var dialogue = dialogue()
    guard case .givenUp = dialogue.take(nil) else {
      Issue.record("it goes on")
      return
    }
  }

  @Test func `what was found can be put into comments`() {
    var text = InitText(gateway: "g", broker: "mqtt://b")
    text.buses = "  kernel: { sysfs: /sys }\n"
    text.devices = "  # a\n  cpu: { profile: p, bus: kernel }\n"
    #expect(text.yaml.contains("\nbuses:\n  kernel:"))
    let commented = text.withoutFindings.yaml
    #expect(commented.contains("\nbuses: {}\n  #  kernel:"))
    #expect(commented.contains("\ndevices: {}\n  #  # a\n  #  cpu:"))
  }
}
