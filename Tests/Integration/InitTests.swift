import Foundation
import TestSupport
import Testing

/// `godwit init` and `godwit check --profile` as somebody types them.
struct InitTests {
  private let workplace: Workplace

  init() throws {
    workplace = try Workplace()
  }

  private func run(_ words: [String]) throws -> (status: Int32, output: String) {
    let process = try workplace.start(Workplace.godwit, words, name: "godwit")
    return (process.waitForEnd(), process.output)
  }

  private func initialize(_ words: [String]) throws -> (status: Int32, output: String) {
    try run(
      ["init", "--output", "godwit.yaml", "--profiles", Workplace.profiles, "--yes"] + words)
  }

  private func content(_ name: String) throws -> String {
    try String(contentsOfFile: workplace.path(name), encoding: .utf8)
  }

  @Test(arguments: [["--no-scan"], ["--scan"]])
  func `what it writes is in order`(scan: [String]) throws {
    try workplace.write("sesame\n", to: "secret")
    let (status, output) = try initialize(
      ["--gateway", "barn", "--username", "a\"b", "--password-file", "secret"] + scan)
    #expect(status == 0 && output.contains("godwit run --config godwit.yaml"), "\(output)")
    let check = try run(["check", "--config", "godwit.yaml", "--profiles", Workplace.profiles])
    #expect(check.output.contains("in order: gateway barn"), "\(check.output)")
    #expect(try !content("godwit.yaml").contains("sesame"))
    let attributes = try FileManager.default.attributesOfItem(
      atPath: workplace.path("godwit.yaml"))
    #expect((attributes[.posixPermissions] as? Int ?? 0o777) & 0o137 == 0)
  }

  @Test func `a file that is there stays, unless it is the package's`() throws {
    try workplace.write("mine\n", to: "godwit.yaml")
    #expect(try initialize([]).status == 2)
    #expect(try content("godwit.yaml") == "mine\n")
    #expect(try initialize(["--force"]).status == 0)
    #expect(try content("godwit.yaml.bak") == "mine\n")
    try workplace.write("# The configuration that the package brings.\na: b\n", to: "godwit.yaml")
    #expect(try initialize([]).status == 0)
    #expect(try content("godwit.yaml.bak") == "mine\n")
    #expect(try !content("godwit.yaml").contains("a: b"))
  }

  @Test(arguments: [
    (["init", "--output", "x.yaml"], "no terminal"),
    (["init", "--yes", "--gateway", "a b", "--output", "x.yaml"], "expected"),
    (["init", "--yes", "--broker", "b", "--output", "x.yaml"], "expected"),
    (["init", "--yes", "--password-file", "f", "--output", "x.yaml"], "--username"),
  ])
  func `what is wrong is told, and nothing is written`(words: [String], reason: String) throws {
    let (status, output) = try run(words)
    #expect(status == 2 && output.contains(reason), "\(output)")
    #expect(!FileManager.default.fileExists(atPath: workplace.path("x.yaml")))
  }

  @Test func `the shipped profiles' own tests come out`() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Workplace.profiles)
      .filter { $0.hasSuffix(".yaml") }.map { "\(Workplace.profiles)/\($0)" }
    let (status, output) = try run(["check", "--profile"] + names)
    #expect(status == 0 && output.hasSuffix(" 0 failed\n"), "\(output.suffix(500))")
    let both = try run(["check", "--profile", names[0], "--config", "g.yaml"])
    #expect(both.status == 2 && both.output.contains("not both"))
  }
}
