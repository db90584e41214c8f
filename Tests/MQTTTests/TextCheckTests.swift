import TestSupport
import Testing

@testable import MQTT

/// Texts are checked eight bytes at a time where they are plain ASCII, and one at a time elsewhere.
@Suite struct TextCheckTests {
  /// What a text may hold besides plain characters, and what nothing may.
  private static let inserts: [[UInt8]] = [
    [], [0x00], [0x2B], [0x23], [0x00, 0x2B], [0x01], [0x7F], [0x22], [0x24], [0x2A], [0x2C],
    [0x0B],
    [0xC2, 0x80], [0xE2, 0x82, 0xAC], [0xF0, 0x9F, 0x90, 0xA6], [0xC3], [0xE2, 0x82],
    [0xF0, 0x9F, 0x90], [0x80], [0xAB], [0xA3], [0xFF], [0xED, 0xA0, 0x80], [0xC0, 0xAB],
    [0x23, 0xFF], [0x00, 0xC3],
  ]

  /// By the standard library and in the plainest way: the expectation.
  private func expected(_ bytes: [UInt8]) -> Result<Bool, PacketError> {
    if String(validating: bytes, as: UTF8.self) == nil { return .failure(.illFormedUTF8) }
    if bytes.contains(0) { return .failure(.nullCharacter) }
    return .success(bytes.contains { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "#") })
  }

  private func checked(_ bytes: [UInt8]) -> Result<Bool, PacketError> {
    do throws(PacketError) {
      return .success(try EncodedString.check(bytes.span))
    } catch {
      return .failure(error)
    }
  }

  @Test(arguments: inserts)
  func `it makes no difference where in a block of eight a byte stands`(insert: [UInt8]) {
    for count in 0...26 {
      for position in 0...count {
        var bytes = [UInt8](repeating: UInt8(ascii: "m"), count: count)
        bytes.insert(contentsOf: insert, at: position)
        #expect(checked(bytes) == expected(bytes), "\(bytes)")
      }
    }
  }

  /// Two of them at a time, so that one block is left and another begun in every state.
  @Test func `no mixture of plain and other characters is taken for another`() {
    var outcomes = (plain: 0, wildcard: 0, refused: 0)
    for seed in 0..<20_000 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      var bytes: [UInt8] = []
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        bytes += [UInt8](
          repeating: UInt8.random(in: 0x2C...0x7F, using: &random),
          count: Int.random(in: 0...17, using: &random))
        bytes += Self.inserts.randomElement(using: &random) ?? []
      }
      let outcome = checked(bytes)
      // Not `#expect`, which costs more than the check.
      if outcome != expected(bytes) { Issue.record("\(bytes)") }
      switch outcome {
      case .success(false): outcomes.plain += 1
      case .success(true): outcomes.wildcard += 1
      case .failure: outcomes.refused += 1
      }
    }
    #expect(min(outcomes.plain, outcomes.wildcard, outcomes.refused) > 1_000)
  }

  /// A topic that comes in a packet is read by another way than one that a program gives.
  @Test(arguments: inserts)
  func `a topic on the wire is taken where the same topic is taken from a program`(
    insert: [UInt8]
  ) {
    for count in 0...17 {
      let name = [UInt8](repeating: UInt8(ascii: "m"), count: count) + insert
      let decoded = Decoded(
        [0x30, UInt8(name.count + 3), 0x00, UInt8(name.count)] + name + [0x21], .v311)
      do throws(PacketError) {
        let topic = try TopicName(EncodedString(utf8: name))
        #expect(
          decoded.packets == [.publish(Publish(topic: topic, payload: [0x21], qos: .atMostOnce))])
      } catch {
        #expect(decoded.error == error, "\(name)")
      }
    }
  }
}
