import Testing

@testable import StatusTool

struct StatusToolTests {
  @Test(arguments: [
    ["status", "--bogus"], ["status", "extra"], ["status", "--socket"],
    ["status", "--config", "/no/such/file.yaml"],
  ])
  func `a command line that cannot be meant is refused`(words: [String]) {
    #expect(StatusTool.run(words) == 2)
  }

  @Test func `where nobody answers it fails`() {
    #expect(StatusTool.run(["status", "--socket", "/no/such/status.sock"]) == 1)
  }
}
