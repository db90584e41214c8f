import System
import Testing

@Suite(.serialized)
struct CommandLineArgumentsTests {
  private enum ID { case config, help, profiles }

  private let known: [CommandLineArguments.Option<ID>] = [
    .init(.config, "config"), .init(.help, "help", takesValue: false),
    .init(.profiles, "profiles"),
  ]

  private func parse(_ words: String...) throws -> CommandLineArguments.Parsed<ID> {
    try CommandLineArguments.parse(["godwit"] + words, options: known)
  }

  @Test func `a value follows its option, or an equals sign`() throws {
    let apart = try parse("--config", "a.yaml")
    let together = try parse("--config=a.yaml")
    for parsed in [apart, together] {
      #expect(parsed.options.map(\.id) == [.config])
      #expect(parsed.options.map(\.value) == ["a.yaml"])
    }
  }

  @Test func `options may stand behind operands, and repeat`() throws {
    let parsed = try parse("x", "--profiles", "p", "y", "--profiles", "q", "--help")
    #expect(parsed.operands == ["x", "y"])
    #expect(parsed.options.map(\.id) == [.profiles, .profiles, .help])
    #expect(parsed.options.map(\.value) == ["p", "q", ""])
  }

  @Test func `two dashes end the options`() throws {
    let parsed = try parse("--help", "--", "--config")
    #expect(parsed.options.map(\.id) == [.help])
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
