import Foundation
import Testing

/// The library against brokers that others wrote, over real connections.
///
/// Each case is a row of docs/interop.md and runs once a column. What a broker does not do is written
/// down in `Lacks`: such a case must fail, and every other must pass.
@Suite(.brokers) enum Interop {}

/// Ends the brokers when all cases have been run, and then deals with the table.
struct BrokersTrait: SuiteTrait, TestScoping {
  func provideScope(
    for test: Test, testCase: Test.Case?, performing cases: @Sendable () async throws -> Void
  ) async throws {
    do {
      try await cases()
    } catch {
      await Brokers.shared.end()
      throw error
    }
    await Brokers.shared.end()
    try await Results.shared.publish()
  }
}

extension Trait where Self == BrokersTrait {
  static var brokers: Self { Self() }
}
