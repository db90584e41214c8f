import Testing

@testable import Configuration

struct StatusSettingsTests {
  private func settings(_ text: String) throws -> StatusSettings {
    try StatusSettings.parse(Array("status: \(text)\n".utf8), file: "g.yaml")
  }

  @Test func `without the key there are topics, the usual socket and no port`() throws {
    let settings = try StatusSettings.parse(Array("gateway: barn\n".utf8), file: "g.yaml")
    #expect(settings == StatusSettings() && settings.hasTopics && settings.http == nil)
    #expect(settings.socket == .usual && settings.every == .seconds(600))
  }

  @Test func `every key is read`() throws {
    let settings = try settings(
      "{ topics: false, every: 30 s, prefix: a/b, socket: /run/x/s.sock, http: '[::1]:9100' }")
    #expect(!settings.hasTopics && settings.every == .seconds(30) && settings.prefix == "a/b")
    #expect(settings.socket == .path("/run/x/s.sock"))
    #expect(settings.http == StatusSettings.HTTPPlace(address: "::1", port: 9_100))
    #expect(try self.settings("{ socket: none }").socket == .none)
    #expect(
      try self.settings("{ http: 'localhost:1' }").http
        == StatusSettings.HTTPPlace(address: "127.0.0.1", port: 1))
  }

  @Test(arguments: [
    "{ http: '0.0.0.0:9100' }", "{ http: '192.0.2.1:9100' }", "{ http: '[::]:9100' }",
    "{ http: 'example.org:9100' }", "{ http: '127.0.0.1' }", "{ http: '127.0.0.1:0' }",
    "{ http: '127.0.0.1:65536' }", "{ socket: here }", "{ socket: /run/ }", "{ every: 1 s }",
    "{ every: 2 d }", "{ prefix: a//b }", "{ prefix: 'a/#' }", "{ prefix: '+' }",
    "{ prefix: $SYS }", "{ topics: maybe }", "{ topic: true }", "[]",
  ])
  func `what is open to others, or is nothing, is refused with its place`(text: String) {
    #expect(throws: ConfigurationError.self) { try settings(text) }
  }
}
