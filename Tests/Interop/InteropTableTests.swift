import MQTT
import Testing

/// The table that the cases write.
struct InteropTableTests {
  private typealias Column = InteropTable.Column

  private static let old = Column(.mosquitto, "2.0.9", .v5)
  private static let new = Column(.mosquitto, "2.0.11", .v311)
  private static let other = Column(.amqtt, "0.12.1", .v311)

  private static var sample: InteropTable {
    var table = InteropTable()
    table[new, .tcp] = .yes(nil)
    table[new, .tls] = .no("One reason.")
    table[old, .noLocal] = .yes("A remark.")
    table[other, .tcp] = .notOffered("One reason.")
    table[other, .tls] = .no("Another reason.")
    return table
  }

  @Test func `what is written is read again`() {
    #expect(InteropTable(markdown: Self.sample.markdown) == Self.sample)
    #expect(InteropTable(markdown: "") == InteropTable())
  }

  @Test func `brokers stand in order, releases by number and not by letter`() {
    #expect(Self.sample.columns == [Self.old, Self.new, Self.other])
  }

  @Test func `notes are numbered as they come, the same ones once`() {
    let lines = Self.sample.markdown.split(separator: "\n")
    #expect(lines.contains("| plain TCP | not tried | yes | not offered [^1] |"))
    #expect(lines.suffix(3) == ["[^1]: One reason.", "[^2]: Another reason.", "[^3]: A remark."])
  }

  @Test func `a newer column replaces the old one and leaves the others`() {
    var newer = InteropTable()
    newer[Self.new, .tls] = .yes(nil)
    let merged = Self.sample.merging(newer)
    #expect(merged[Self.new, .tls] == .yes(nil))
    #expect(merged[Self.new, .tcp] == nil)
    #expect(merged[Self.other, .tls] == .no("Another reason."))
  }

  @Test func `a release that the other table has not is left out`() {
    var known = InteropTable()
    known[Column(.mosquitto, "2.0.11", .v5), .tcp] = .yes(nil)
    #expect(Self.sample.only(releasesOf: known).columns == [Self.new])
  }

  @Test func `a broker of 5.0 has nothing to fall back from`() {
    var table = InteropTable()
    table[Column(.rabbitMQ, "3.10.8", .v311), .tcp] = .yes(nil)
    #expect(table.isDue(.fallback, Column(.rabbitMQ, "3.10.8", .v311)))
    table[Column(.rabbitMQ, "3.10.8", .v5), .tcp] = .yes(nil)
    #expect(!table.isDue(.fallback, Column(.rabbitMQ, "3.10.8", .v311)))
    #expect(!table.isDue(.noLocal, Column(.rabbitMQ, "3.10.8", .v311)))
  }

  @Test(arguments: [("3.9", "3.13", true), ("3.13", "3.13", false), ("4.0.5", "3.13", false)])
  func `releases are compared by number`(left: String, right: String, isOlder: Bool) {
    #expect((Release(left) < Release(right)) == isOlder)
  }
}
