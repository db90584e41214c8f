import System
import Testing

@Suite(.serialized)
struct CommandLineArgumentsTests {
  private let known: [CommandLineArguments.Option] = [
    .init("config"), .init("help", takesValue: false), .init("profiles"),
  ]

  private func parse(_ words: String...) throws -> CommandLineArguments.Parsed {
    try CommandLineArguments.parse(["godwit"] + words, options: known)
  }

  @Test func `a value follows its option, or an equals sign`() throws {
    let apart = try parse("--config", "a.yaml")
    let together = try parse("--config=a.yaml")
    #expect(apart.options == [.init(index: 0, value: "a.yaml")])
    #expect(apart == together)
  }

  @Test func `options may stand behind operands, and repeat`() throws {
    let parsed = try parse("x", "--profiles", "p", "y", "--profiles", "q", "--help")
    #expect(parsed.operands == ["x", "y"])
    #expect(parsed.options.map(\.index) == [2, 2, 1])
    #expect(parsed.options.map(\.value) == ["p", "q", ""])
  }

  @Test func `two dashes end the options`() throws {
    let parsed = try parse("--help", "--", "--config")
    #expect(parsed.options.map(\.index) == [1])
    #expect(parsed.operands == ["--config"])
  }

  @Test(arguments: [["--confog", "x"], ["a", "--confog"], ["-x"], ["-xy", "z"], ["--help=no"]])
  func `an option that is not known is named`(words: [String]) {
    let culprit = words.first { $0.hasPrefix("-") } ?? ""
    #expect(throws: CommandLineArguments.UsageError.unknownOption(culprit)) {
      try CommandLineArguments.parse(["godwit"] + words, options: known)
    }
  }

  @Test func `an option without its value is named`() {
    #expect(throws: CommandLineArguments.UsageError.missingValue("--config")) {
      try CommandLineArguments.parse(["godwit", "--help", "--config"], options: known)
    }
  }

  @Test func `nothing given is nothing parsed`() throws {
    let parsed = try parse()
    #expect(parsed.options.isEmpty && parsed.operands.isEmpty)
  }
}
