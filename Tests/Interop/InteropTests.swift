import MQTT
import Testing

struct InteropTests {
  @Test func `both versions are tried`() {
    #expect(ProtocolVersion.allCases == [.v311, .v5])
  }
}
