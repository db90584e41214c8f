import TestSupport
import Testing

@testable import MQTT

/// Input that nobody would send in good faith. The seeds are fixed, so that a failure comes again.
@Suite struct HostileInputTests {
  @Test(arguments: ProtocolVersion.allCases)
  func `random bytes never crash the decoder, and the split makes no difference`(
    version: ProtocolVersion
  ) {
    var refused = 0
    for seed in 0..<4_000 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      let count = Int.random(in: 0...80, using: &random)
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      check(bytes, version, &random, &refused)
    }
    #expect(refused > 3_000, "random bytes were taken for packets too often to be a test")
  }

  @Test(
    arguments: [(ProtocolVersion.v311, Vector.version311), (.v5, Vector.version5)])
  func `damaged packets never crash the decoder, and the split makes no difference`(
    version: ProtocolVersion, vectors: [Vector]
  ) {
    var refused = 0
    for seed in 0..<6_000 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      var stream: [UInt8] = []
      for _ in 0..<Int.random(in: 1...5, using: &random) {
        stream += vectors.randomElement(using: &random)?.bytes ?? []
      }
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        guard let index = stream.indices.randomElement(using: &random) else { break }
        switch Int.random(in: 0..<4, using: &random) {
        case 0: stream[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: stream.remove(at: index)
        case 2: stream[index] = UInt8.random(in: 0...0x2B, using: &random)
        default: stream.insert(UInt8.random(in: 0...255, using: &random), at: index)
        }
      }
      check(stream, version, &random, &refused)
    }
    #expect(1_000..<6_000 ~= refused, "both outcomes must come often")
  }

  /// Properties of one packet in another, among others: most streams are refused, some are legal.
  @Test func `packets with swapped insides never crash the decoder`() {
    var refused = 0
    for seed in 0..<6_000 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      guard let first = Vector.version5.randomElement(using: &random)?.bytes,
        let second = Vector.version5.randomElement(using: &random)?.bytes
      else { continue }
      let cut = Int.random(in: 0...first.count, using: &random)
      let join = Int.random(in: 0...second.count, using: &random)
      var stream = Array(first[..<cut] + second[join...])
      if stream.count > 1, stream.count < 130 { stream[1] = UInt8(stream.count - 2) }
      check(stream, .v5, &random, &refused)
    }
    #expect(1_000..<6_000 ~= refused, "both outcomes must come often")
  }

  private func check(
    _ stream: [UInt8], _ version: ProtocolVersion, _ random: inout SplitMix64,
    _ refused: inout Int
  ) {
    let whole = Decoded(stream, version, packetSizeMax: 300)
    if whole.error != nil { refused += 1 }

    var chunks: [ArraySlice<UInt8>] = []
    var rest = stream[...]
    while !rest.isEmpty {
      let chunk = rest.prefix(Int.random(in: 1...9, using: &random))
      chunks.append(chunk)
      rest = rest.dropFirst(chunk.count)
    }
    // Not `#expect`, which costs more than the decoding.
    if Decoded(chunks, version, packetSizeMax: 300) != whole { Issue.record("split: \(stream)") }
    if Decoded(stream.chunks(of: 1), version, packetSizeMax: 300) != whole {
      Issue.record("split into bytes: \(stream)")
    }

    // What was taken can be said again, and means the same.
    var output: [UInt8] = []
    do {
      for packet in whole.packets { try packet.encode(into: &output, version: version) }
    } catch {
      Issue.record("cannot be generated: \(stream): \(error)")
    }
    if Decoded(output, version).packets != whole.packets { Issue.record("generated: \(stream)") }

    // Whatever is refused can be told.
    if let error = whole.error, error.text(in: version).isEmpty { Issue.record("\(error)") }
  }

  @Test(arguments: ProtocolVersion.allCases)
  func `random bytes never crash a session`(version: ProtocolVersion) throws {
    for seed in 0..<2_000 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      var options = Session.Options(clientID: "c")
      options.version = version
      var session = try Session(options: options, now: .zero)
      var stream: [UInt8] =
        version == .v311 ? [0x20, 0x02, 0x00, 0x00] : [0x20, 0x03, 0x00, 0x00, 0x00]
      for _ in 0..<20 { stream.append(UInt8.random(in: 0...255, using: &random)) }
      let failure = try #require(throws: SessionError.self) {
        try session.receive(stream.span, now: .seconds(1))
        try session.tick(now: .seconds(1_000))
        try session.tick(now: .seconds(2_000))
      }
      #expect(session.nextEvent() == .connected(sessionPresent: false))
      #expect(throws: failure) { try session.tick(now: .seconds(3_000)) }
    }
  }

  /// The standard library's own validation is the reference: every one and two bytes, and every
  /// three and four from the edges of RFC 3629's table.
  @Test func `UTF-8 is accepted exactly where it is well-formed`() {
    let edges: [UInt8] = [
      0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1,
      0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
    ]
    var sequences = (0...255 as ClosedRange<UInt8>).map { [$0] }
    for first in 0...255 as ClosedRange<UInt8> {
      for second in 0...255 as ClosedRange<UInt8> { sequences.append([first, second]) }
    }
    for first in edges {
      for second in edges {
        for third in edges {
          sequences.append([first, second, third])
          for fourth in [0x00, 0x7F, 0x80, 0xBF, 0xC0, 0xF0] as [UInt8] {
            sequences.append([first, second, third, fourth])
          }
        }
      }
    }
    let wrong = sequences.filter {
      isWellFormed($0) != (String(validating: $0, as: UTF8.self) != nil)
    }
    #expect(wrong.isEmpty)
  }

  private func isWellFormed(_ bytes: [UInt8]) -> Bool {
    do {
      _ = try EncodedString(utf8: bytes)
      return true
    } catch {
      return error != .illFormedUTF8
    }
  }
}
