import Testing

@testable import Configuration

/// The key `queue`.
struct QueueTests {
  private func queue(_ yaml: String) throws -> Queue {
    try gateway(gatewayYAML(queue: "queue: \(yaml)")).queue
  }

  @Test func `every key is read`() throws {
    let queue = try queue(
      """
      { path: /srv/queue, max-size: 64 MiB, max-age: 30 d, when-full: thin,
        durability: spill after 10 s, drain: live-first, backlog-share: 40 %,
        rate-limit: { messages-per-second: 2.5, bytes-per-second: 16 kB, burst: 5 s },
        min-free: 100 MB, max-memory: 1 MiB,
        alarm: { max-size: 1 MiB, max-age: 1 d, when-full: drop-newest } }
      """)
    #expect(queue.path == "/srv/queue")
    #expect(
      queue.telemetry
        == Queue.Lane(bytesMax: 67_108_864, ageMax: .seconds(2_592_000), whenFull: .thin))
    #expect(
      queue.alarm
        == Queue.Lane(bytesMax: 1_048_576, ageMax: .seconds(86_400), whenFull: .dropNewest))
    #expect(queue.durability == .spill(after: .seconds(10)))
    #expect(queue.drain == .liveFirst(backlogShare: 40))
    #expect(
      queue.rateLimit
        == Queue.RateLimit(
          messagesPerSecond: 2.5, bytesPerSecond: 16_000, burst: .seconds(5)))
    #expect(queue.freeBytesMin == 100_000_000)
    #expect(queue.memoryBytesMax == 1_048_576)
  }

  @Test func `an empty one has the defaults that the documentation names`() throws {
    let queue = try queue("{}")
    #expect(queue == Queue())
    #expect(queue.path == "/var/lib/godwit")
    #expect(queue.durability == .every(.seconds(1), records: .max))
    #expect(queue.telemetry == Queue.Lane(bytesMax: 268_435_456))
    #expect(queue.alarm == Queue.Lane(bytesMax: 16_777_216))
    #expect(queue.drain == .oldestFirst)
    #expect(queue.rateLimit == nil && queue.freeBytesMin == nil)
    #expect(queue.memoryBytesMax == 524_288)
  }

  @Test(arguments: [
    ("each record", Queue.Durability.eachRecord),
    ("every 250 ms", .every(.milliseconds(250))),
    ("every 64 records", .every(.seconds(3_600), records: 64)),
    ("every 2 s or 100 records", .every(.seconds(2), records: 100)),
    ("spill after 1 min", .spill(after: .seconds(60))),
  ])
  func `durability is read`(text: String, durability: Queue.Durability) throws {
    #expect(try queue("{ durability: \(text) }").durability == durability)
  }

  @Test(arguments: [
    ("1 GiB", 1 << 30), ("2GB", 2_000_000_000), ("100 kB", 100_000), ("128 KiB", 131_072),
    ("65536 B", 65_536),
  ])
  func `sizes are read`(text: String, bytes: Int64) throws {
    #expect(try queue("{ max-size: \(text) }").telemetry.bytesMax == bytes)
  }

  @Test func `a share has a default, and needs its order`() throws {
    #expect(try queue("{ drain: live-first }").drain == .liveFirst(backlogShare: 25))
    #expect(try queue("{ drain: oldest-first }").drain == .oldestFirst)
  }

  @Test(arguments: [
    (
      "{ durability: always }",
      "3:22: expected 'each record', 'every' with a duration, a number of"
        + " records or both (every 1 s or 64 records), or 'spill after' with a duration, found"
        + " 'always'"
    ),
    (
      "{ durability: every second }",
      "3:22: expected a duration such as \"10 s\", found 'every second'"
    ),
    (
      "{ durability: every 5 }",
      "3:22: expected a duration such as \"10 s\", found 'every 5' without a unit"
    ),
    (
      "{ durability: every 9 ms }",
      "3:22: expected a duration from 10 ms to 1 h, found 'every 9 ms'"
    ),
    (
      "{ durability: every 0 records }",
      "3:22: expected 1 to 100000 records, found 'every 0 records'"
    ),
    (
      "{ durability: every 1 s or 100001 records }",
      "3:22: expected 1 to 100000 records, found 'every 1 s or 100001 records'"
    ),
    (
      "{ durability: spill after 2 h }",
      "3:22: expected a duration from 10 ms to 1 h, found 'spill after 2 h'"
    ),
    ("{ max-size: 256 }", "3:20: expected a size such as \"256 MiB\", found '256'"),
    ("{ max-size: 1 MiBs }", "3:20: expected a size such as \"256 MiB\", found '1 MiBs'"),
    ("{ max-size: 1 kB }", "3:20: expected a size from 64 KiB to 1024 GiB, found '1 kB'"),
    (
      "{ max-size: 99999999999999999999 GiB }",
      "3:20: expected a size from 64 KiB to 1024 GiB, found '99999999999999999999 GiB'"
    ),
    ("{ max-age: 1 s }", "3:19: expected a duration from 1 min to 3650 d, found '1 s'"),
    (
      "{ when-full: panic }",
      "3:21: expected drop-oldest, drop-newest or thin, found 'panic'"
    ),
    ("{ drain: newest-first }", "3:17: expected oldest-first or live-first, found 'newest-first'"),
    (
      "{ backlog-share: 20 % }",
      "3:25: backlog-share without drain: live-first, expected both or none"
    ),
    (
      "{ drain: live-first, backlog-share: 60 % }",
      "3:44: expected a share from 1 % to 50 %, found '60 %'"
    ),
    (
      "{ drain: live-first, backlog-share: 20 }",
      "3:44: expected a share from 1 % to 50 %, found '20'"
    ),
    ("{ rate-limit: {} }", "3:22: expected messages-per-second, bytes-per-second or both"),
    (
      "{ rate-limit: { messages-per-second: 0 } }",
      "3:45: expected a number of messages above 0, up to 1000000, found '0'"
    ),
    (
      "{ rate-limit: { bytes-per-second: 0 B } }",
      "3:42: expected a size from 1 B to 1024 GiB, found '0 B'"
    ),
    ("{ max-memory: 1 GiB }", "3:22: expected a size from 64 KiB to 64 MiB, found '1 GiB'"),
    (
      "{ alarm: { path: /a } }",
      "3:19: unknown key 'path', expected one of max-size, max-age, when-full"
    ),
  ])
  func `what is wrong is told`(yaml: String, error: String) {
    #expect(gatewayError(gatewayYAML(queue: "queue: \(yaml)")) == "g.yaml:\(error)")
  }

  @Test func `a device's batches go through the lane that it names`() throws {
    let devices = try gateway(
      gatewayYAML(
        devices: """
          devices:
            a: { profile: meter, bus: plc, unit: 1, lane: alarm }
            b: { profile: meter, bus: plc, unit: 2, lane: telemetry }
            c: { profile: meter, bus: plc, unit: 3 }
          """)
    ).devices
    #expect(devices.map({ $0.sampling.points[0].lane }) == [.alarm, .telemetry, .telemetry])
  }

  @Test func `the kernel is asked for the clock unless it is trusted`() throws {
    #expect(try gateway(gatewayYAML(queue: "clock: kernel")).isClockTrusted == false)
    #expect(try gateway(gatewayYAML(queue: "clock: trusted")).isClockTrusted)
    #expect(try gateway(gatewayYAML()).isClockTrusted == false)
  }
}
