import Foundation
import TestSupport
import Testing

@testable import Status

@Suite struct StatusHTTPTests {
  private func reply(_ request: String) -> String? {
    reply(Array(request.utf8))
  }

  private func reply(_ request: [UInt8]) -> String? {
    switch StatusHTTP.answer(to: request, status: typicalStatus) {
    case .moreNeeded: nil
    case .answer(let bytes): text(bytes)
    }
  }

  @Test(arguments: [
    ("/status.json", "application/json", #"{"gateway":"barn""#),
    ("/status.txt", "text/plain; charset=utf-8", "barn: online"),
    ("/metrics?x=1", "text/plain; version=0.0.4; charset=utf-8", "# HELP godwit_info"),
    ("/health", "text/plain; charset=utf-8", "ok\n"),
    ("http://localhost:9100/health", "text/plain; charset=utf-8", "ok\n"),
  ])
  func `a request is answered`(target: String, type: String, body: String) throws {
    let answer = try #require(reply("GET \(target) HTTP/1.1\r\nHost: x\r\n\r\n"))
    #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\n"))
    #expect(answer.contains("\r\nConnection: close\r\n"))
    let parts = answer.components(separatedBy: "\r\n\r\n")
    #expect(parts.count == 2 && parts[1].hasPrefix(body))
    #expect(answer.contains("Content-Length: \(parts[1].utf8.count)\r\n"))
  }

  @Test func `HEAD has the head alone`() throws {
    let answer = try #require(reply("HEAD /health HTTP/1.0\r\n\r\n"))
    #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n") && answer.hasSuffix("\r\n\r\n"))
    #expect(answer.contains("Content-Length: 3\r\n"))
  }

  @Test(arguments: [
    ("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n", "404"),
    ("POST /metrics HTTP/1.1\r\nHost: x\r\n\r\n", "405"),
    ("GET /metrics HTTP/1.1\r\n\r\n", "400"),
    ("GET /metrics HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "400"),
    ("GET /metrics HTTP/1.1\r\nHost : x\r\n\r\n", "400"),
    ("GET /metrics HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n", "400"),
    ("GET /metrics HTTP/1.1\r\nHost: \0\r\n\r\n", "400"),
    ("GET /metrics\r\n\r\n", "400"), ("GET  /metrics HTTP/1.1\r\nHost: x\r\n\r\n", "400"),
    ("GET metrics HTTP/1.1\r\nHost: x\r\n\r\n", "400"),
    ("GET /metrics HTTP/2.0\r\nHost: x\r\n\r\n", "505"),
    ("\u{16}\u{3}\u{1}", "400"),
  ])
  func `another one is refused`(request: String, status: String) throws {
    let answer = try #require(reply(request))
    #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
    #expect(answer.contains("\r\nAllow: GET, HEAD\r\n") == (status == "405"))
  }

  @Test func `every beginning of a request wants more`() {
    let request = Array("GET /metrics HTTP/1.1\r\nHost: x\r\nA: b\r\n\r\n".utf8)
    for count in 0..<request.count { #expect(reply(Array(request[..<count])) == nil) }
    #expect(reply(request) != nil)
  }

  @Test(arguments: [
    "GET /metrics HTTP/1.1\r\nA: ", "GET /", "",
    "GET / HTTP/1.1\r\n\(String(repeating: "a:b\r\n", count: 900))",
  ])
  func `a huge one is refused when it passes the limit`(beginning: String) throws {
    let request = Array(beginning.utf8) + [UInt8](repeating: UInt8(ascii: "a"), count: 5_000)
    #expect(try #require(reply(Array(request[..<4_096]))).hasPrefix("HTTP/1.1 431 "))
    #expect(try #require(reply(request)).hasPrefix("HTTP/1.1 431 "))
  }

  @Test func `garbage is answered or waited for, never more`() {
    var random = SplitMix64(seed: 7)
    for _ in 0..<2_000 {
      var request = Array("GET /health HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
      for _ in 0...Int.random(in: 0...3, using: &random) {
        request[Int.random(in: request.indices, using: &random)] =
          UInt8.random(in: 0...255, using: &random)
      }
      _ = reply(request)
    }
  }

  @Test func `a gateway that is stuck is not healthy`() {
    let outcome = StatusHTTP.answer(to: Array("GET /health HTTP/1.0\r\n\r\n".utf8)) {
      var status = typicalStatus()
      status.buses[1].isWorking = false
      return status
    }
    guard case .answer(let bytes) = outcome else { return #expect(Bool(false)) }
    #expect(text(bytes).hasPrefix("HTTP/1.1 503 ") && text(bytes).hasSuffix("bus i2c1 is stuck\n"))
  }
}
