import Foundation
import MQTT
import MQTTClient
import System
import Testing

extension Column {
  /// How long a case waits for what should come, on a machine that builds something meanwhile.
  private static let patience: Duration = .seconds(40)
  /// The same for what the broker is known not to do.
  private static let lackPatience: Duration = .seconds(3)

  /// Runs a case, and enters what came of it into the table.
  ///
  /// Where the broker does not speak this column's version of MQTT there is no such column.
  /// - Parameter body: throws where the library and the broker do not do it together.
  func enter(
    _ capability: Capability, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: @escaping @Sendable (Visit) throws -> Void
  ) async throws {
    let broker = try await Brokers.shared.broker(kind)
    let isSpoken = kind.versions(release: broker.release).contains(version)
    if capability == .fallback {
      // A broker of 5.0 has nothing to fall back from.
      if kind.versions(release: broker.release).contains(.v5) { return }
    } else if !isSpoken {
      return
    }
    let lack = Lacks.of(capability, self, release: broker.release)
    let visit = Visit(
      broker: broker, version: version, name: "\(capability)/\(version)",
      patience: lack == nil ? Column.patience : Column.lackPatience)
    let failure = await Gate.shared.run { try body(visit) }
    switch (failure, lack) {
    case (nil, nil):
      let remark = Lacks.remark(capability, self, release: broker.release)
      await Results.shared.enter(.yes(remark), capability, self, broker)
    case (let failure?, nil):
      await Results.shared.enter(.failed, capability, self, broker)
      Issue.record(
        "\(self): \(failure)\nThe end of the broker's log:\n\(broker.log.suffix(3_000))",
        sourceLocation: sourceLocation)
    case (let failure?, let lack?):
      let isKnown = failure.contains(lack.failure)
      await Results.shared.enter(isKnown ? lack.cell : .failed, capability, self, broker)
      if !isKnown {
        Issue.record(
          "\(self): \(failure); known was: \(lack.failure)", sourceLocation: sourceLocation)
      }
    case (nil, let lack?):
      await Results.shared.enter(.failed, capability, self, broker)
      Issue.record(
        "\(self) has learned it: \(capability.rawValue); known was: \(lack.failure)",
        sourceLocation: sourceLocation)
    }
  }
}

/// Runs cases on threads of their own, because they block, and not too many at a time.
actor Gate {
  static let shared = Gate()

  /// Most of a case is waiting. More at once would only make each of them late on two cores.
  private static let placesMax = 6

  private var places = Gate.placesMax
  private var waiting: [CheckedContinuation<Void, Never>] = []

  /// - Returns: why `body` failed, in words; nil where it did not.
  func run(_ body: @escaping @Sendable () throws -> Void) async -> String? {
    if places > 0 {
      places -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
    defer {
      if waiting.isEmpty { places += 1 } else { waiting.removeFirst().resume() }
    }
    return await withCheckedContinuation { continuation in
      do {
        _ = try System.Thread("interop") { continuation.resume(returning: Gate.failure(body)) }
      } catch {
        continuation.resume(returning: "no thread: \(error)")
      }
    }
  }

  private static func failure(_ body: () throws -> Void) -> String? {
    do {
      try body()
      return nil
    } catch let error as ClientError {
      return error.text
    } catch {
      return "\(error)"
    }
  }
}
