import System
import Testing

@testable import Pipeline

struct PulseTests {
  @Test func `a promise is broken when its time has passed, and not before`() {
    let start = Clock.sinceBoot
    let pulse = Pulse(within: .seconds(10))
    #expect(!pulse.isBroken(now: start + .seconds(9)) && pulse.isBroken(now: start + .seconds(70)))
    pulse.promise(within: .seconds(3_600))
    #expect(!pulse.isBroken(now: start + .seconds(70)))
    pulse.retire()
    #expect(!pulse.isBroken(now: start + .seconds(1_000_000_000)))
  }
}
