import Foundation
import Testing

@testable import Status

@Suite struct StatusTextTests {
  @Test func `the table is aligned and obeys no foreign text`() {
    var status = typicalStatus()
    status.devices.removeLast(2)
    status.buses.removeLast()
    status.lanes.removeFirst()
    status.lanes[0].dropped[0].count = 1_234
    status.devices[1].state = .isolated
    status.devices[1].failures = 1_200
    status.devices[1].lastError = "time\u{1B}out\n"
    #expect(
      StatusTable.text(status)
        == """
        barn: online, godwit 0.1.0, up 3 d 4 h
          started after a power cut or a crash of the machine
          clock   synchronized
          link    up for 2 h 13 min, mqtts://broker.example.org:8883
                  3 connections, 12,345 messages acknowledged, round trip 41.2 ms
                  last error: connection reset

        QUEUE      RECORDS     OLDEST  ON DISK  IN MEMORY  ACCEPTED  ACKNOWLEDGED  DROPPED  WRITTEN/DAY  SYNCS/DAY
        telemetry       12  1 min 1 s  1.2 MiB        0 B    12,357        12,345    1,234       42 MiB     86,400
          telemetry: 1,234 dropped: full

        BUS    STATE    LOAD  READINGS  LATENCY  RETRIES  MISSED  ERRORS
        line1  working  12 %   273,600    41 ms        0       0  timeout 3

        DEVICE  BUS    STATE     LAST READING  FAILURES  LAST ERROR
        meter   line1  ok             1 s ago         0  -
        pump    line1  isolated       1 s ago     1,200  time?out?

        process: 3.5 MiB of memory, 6 threads, 1 min 1 s of processor time

        """)
  }

  @Test func `the whole is one JSON object`() throws {
    let bytes = StatusJSON.line(typicalStatus())
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    #expect(json["uptime_s"] as? Int == 273_600)
    #expect((json["devices"] as? [[String: Any]])?.map { $0["name"] as? String }.count == 4)
    #expect(bytes.last == UInt8(ascii: "\n"))
  }

  @Test func `labels are escaped as Prometheus wants it`() {
    var status = typicalStatus()
    status.link.broker = "a\\b\"c\nd"
    let lines = text(PrometheusText.text(status)).split(separator: "\n")
    #expect(lines.contains(#"godwit_link_up{broker="a\\b\"c\nd"} 1"#))
    #expect(lines.contains("godwit_link_round_trip_seconds 0.04125"))
    #expect(lines.contains(#"godwit_bus_load_ratio{bus="line1"} 0.12"#))
    #expect(lines.contains(#"godwit_bus_errors_total{bus="line1",reason="timeout"} 3"#))
  }

  /// Prometheus' own checker, where this machine has it.
  @Test func `promtool finds nothing to say`() throws {
    let promtool = "/usr/bin/promtool"
    guard FileManager.default.isExecutableFile(atPath: promtool) else { return }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: promtool)
    process.arguments = ["check", "metrics"]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    process.standardError = output
    try process.run()
    input.fileHandleForWriting.write(Data(PrometheusText.text(typicalStatus())))
    try input.fileHandleForWriting.close()
    let said = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(String(decoding: said, as: UTF8.self) == "")
  }
}
