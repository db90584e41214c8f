/// A number that is another when a text is, by which a running gateway sees what has changed in its
/// configuration (FNV-1a, 64 bits; https://datatracker.ietf.org/doc/html/draft-eastlake-fnv).
struct Fingerprint {
  private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  /// Takes bytes in.
  mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
  }

  /// Takes in what a node says, wherever in its file it stands.
  mutating func add(_ node: Node) {
    switch node.content {
    case .scalar(let text, let isQuoted):
      add([isQuoted ? 1 : 2])
      add(text.utf8)
    case .list(let nodes):
      add([3])
      for node in nodes { add(node) }
    case .mapping(let entries):
      add([4])
      for entry in entries {
        add(entry.key.text.utf8)
        add([5])
        add(entry.value)
      }
    }
    // Not to be mistaken for the beginning of what follows; no text has this byte.
    add([0xFF])
  }
}
