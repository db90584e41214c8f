import MQTTTools
import Testing

struct ExitStatusTests {
  @Test func `scripts can rely on the numbers`() {
    #expect(ExitStatus.success.rawValue == 0)
    #expect(ExitStatus.failure.rawValue == 1)
  }
}
