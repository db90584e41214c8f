import Foundation
import MQTT
import Testing

/// The seeds of the fuzzer are the vectors, one file each.
@Suite struct CorpusTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fuzz/corpus/decode")

  /// As Fuzz/decode reads it: the version in bit 7, chunks of seven bytes.
  private static func seed(_ vector: Vector) -> Data {
    Data([vector.version == .v5 ? 0x87 : 0x07] + vector.bytes)
  }

  private static let seeds = [("3.1.1", Vector.version311), ("5.0", Vector.version5)].flatMap {
    version, vectors in
    vectors.enumerated().map { index, vector in
      ("\(version)-\(vector.packet.type.name.lowercased())-\(index)", seed(vector))
    }
  }

  @Test func `the corpus holds every vector`() throws {
    if ProcessInfo.processInfo.environment["GODWIT_WRITE_CORPUS"] != nil {
      for (name, data) in Self.seeds {
        try data.write(to: Self.folder.appendingPathComponent(name))
      }
    }
    for (name, data) in Self.seeds {
      #expect(try Data(contentsOf: Self.folder.appendingPathComponent(name)) == data)
    }
  }
}
