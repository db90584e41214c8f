import MQTT
import MQTTClient
import Testing

@testable import MQTTTools

struct ExitStatusTests {
  @Test func `scripts can rely on the numbers`() {
    #expect(ExitStatus.success.rawValue == 0)
    #expect(ExitStatus.failure.rawValue == 1)
    #expect(ExitStatus.connectionLost.rawValue == 7)
    #expect(ExitStatus.timedOut.rawValue == 27)
  }

  /// What `mosquitto_pub -V 5` and `-V 311` exit with when mosquitto refuses them.
  @Test(
    arguments: [
      (ReasonCode.notAuthorized, 135, 5), (.badUserNameOrPassword, 134, 4),
      (.serverUnavailable, 136, 3), (.clientIdentifierNotValid, 133, 2), (.banned, 138, 138),
    ] as [(ReasonCode, Int32, Int32)])
  func `a refusal's number is that of its version`(reason: ReasonCode, five: Int32, older: Int32) {
    let error = ClientError.session(.refused(reason, ServerRemarks()))
    #expect(ExitStatus(error, version: .v5).rawValue == five)
    #expect(ExitStatus(error, version: nil).rawValue == five)
    #expect(ExitStatus(error, version: .v311).rawValue == older)
  }

  @Test func `a broken connection is not like none at all`() {
    #expect(
      ExitStatus(.closedByBroker(insidePacket: false), version: nil) == .connectionLost)
    #expect(ExitStatus(.nameNotFound(code: -2), version: nil) == .failure)
    #expect(ExitStatus(.openTimeout, version: nil) == .failure)
  }

  @Test func `a broker that is only busy is asked again, one that refuses is not`() {
    func refused(_ code: ReasonCode) -> ClientError { .session(.refused(code, ServerRemarks())) }
    #expect(refused(.serverUnavailable).isTransient && refused(.serverBusy).isTransient)
    #expect(!refused(.notAuthorized).isTransient && !refused(.badUserNameOrPassword).isTransient)
    #expect(ClientError.closedByBroker(insidePacket: true).isTransient)
    #expect(!ClientError.cancelled.isTransient)
  }
}
