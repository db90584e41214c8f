internal import Status
internal import System

/// The file beside the queue from which the next start learns how this run ended.
struct StartMark {
  private let path: String
  private let bootID: String

  /// The file of a queue's folder.
  init(directory: String) {
    path = "\(directory)/run"
    let id = Boot.id
    bootID = Hexadecimal.text(id.0) + Hexadecimal.text(id.1)
  }

  /// Reads what the run before has left, and marks that this one goes on.
  func begin() -> GatewayStatus.StartReason {
    // A file that cannot be read tells nothing, as one that is not there.
    let left = (try? Files.read(path, limit: StartMark.bytesMax)) ?? []
    write("running")
    return StartMark.reason(left: left, bootID: bootID)
  }

  /// Marks that this run ended in good order.
  func end() {
    write("stopped")
  }

  private static let bytesMax = 64

  /// What a mark says to a start in the boot of that number.
  static func reason(left: [UInt8], bootID: String) -> GatewayStatus.StartReason {
    let words = left.split(whereSeparator: { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") })
    guard words.count == 2 else { return .first }
    let isSameBoot = words[1].elementsEqual(bootID.utf8)
    return words[0].elementsEqual("stopped".utf8)
      ? (isSameBoot ? .restart : .boot) : (isSameBoot ? .crash : .powerLoss)
  }

  private func write(_ word: StaticString) {
    do throws(Errno) {
      try Files.replace(path, with: Array("\(word) \(bootID)\n".utf8))
    } catch {
      Log.warning("the mark of this run cannot be kept", ["file": path, "reason": error.text])
    }
  }
}
