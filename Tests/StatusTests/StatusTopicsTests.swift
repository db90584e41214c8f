import Testing

@testable import Status

@Suite struct StatusTopicsTests {
  @Test func `the tree is what the documentation shows`() {
    var topics = StatusTopics()
    let messages = topics.messages(of: typicalStatus())
    let tree = messages.map { "\($0.suffix) \(text($0.payload))" }
    #expect(
      tree[0..<8]
        == [
          "state online", "version 0.1.0", "start power-loss", "clock synchronized",
          "uptime 273600", #"reload {"taken":0,"error":null}"#,
          #"link {"state":"up","broker":"mqtts://broker.example.org:8883","#
            + #""since_ts":1763992000000,"connections":3,"acknowledged":12345,"#
            + #""round_trip_ms":41.2,"last_error":"connection reset"}"#,
          #"queue/alarm {"records":12,"bytes_on_disk":1258304,"bytes_in_memory":0,"#
            + #""oldest_ts":1763999939000,"accepted":12357,"acknowledged":12345,"#
            + #""dropped":{"full":0,"age":0,"memory":0},"durable":12357,"#
            + #""syncs_per_day":86400,"bytes_written_per_day":44040192,"trouble":null}"#,
        ])
    #expect(
      tree[9]
        == #"bus/line1 {"state":"working","load_percent":12,"readings":273600,"#
        + #""errors":{"timeout":3},"retries":0,"turns_missed":0,"latency_ms":41}"#)
    #expect(
      tree[11]
        == #"device/meter {"state":"ok","bus":"line1","reading_ts":1763999999000,"#
        + #""failures":0,"last_error":null}"#)
    #expect(
      tree[15]
        == #"process {"resident_bytes":3670016,"threads":6,"cpu_ms":61500,"readings_dropped":0}"#)
    #expect(tree.count == 16)
  }

  @Test func `the beginning of a link does not tremble with the clocks`() {
    var topics = StatusTopics()
    var status = typicalStatus()
    let first = topics.messages(of: status)[6].payload
    status.unixMilliseconds += 10_499
    status.link.age += .milliseconds(9_998)
    #expect(topics.messages(of: status)[6].payload == first)
    status.unixMilliseconds += 60_000
    #expect(topics.messages(of: status)[6].payload != first)
  }
}
