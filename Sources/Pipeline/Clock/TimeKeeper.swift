internal import Spool
internal import System

/// Knows what the time is, was, and will turn out to have been.
///
/// The recorder asks it when it writes a batch, the uplink when it sends one whose times were left
/// open. What it finds out stays in a file beside the queue, for the readings that a later boot sends.
final class TimeKeeper: Sendable {
  /// The machine's two clocks at one moment.
  struct Moment {
    let sinceBoot: Duration
    let unixMilliseconds: Int64
    /// Whether something keeps the second one right.
    let isSynchronized: Bool

    /// When the machine was booted, if the wall clock is right.
    var bootMilliseconds: Int64 { unixMilliseconds - sinceBoot.milliseconds }

    /// This moment.
    static func read() -> Moment {
      Moment(
        sinceBoot: Clock.sinceBoot, unixMilliseconds: Clock.unixMilliseconds,
        isSynchronized: Clock.isSynchronized)
    }
  }

  /// The boot that goes on.
  let bootID: Spool.BootID
  /// The file's path; who has the lock may write it.
  private let file: Locked<String>
  private let isTrusted: Bool
  private let boots: Locked<BootTimes>

  /// Reads what is known of earlier boots.
  /// - Parameters:
  ///   - directory: that of the queue.
  ///   - isTrusted: the wall clock is right, whatever the kernel says.
  init(directory: String, bootID: Spool.BootID, isTrusted: Bool) {
    self.bootID = bootID
    self.isTrusted = isTrusted
    file = Locked(BootTimes.path(in: directory))
    boots = Locked(BootTimes(directory: directory))
  }

  /// Whether the wall clock is right at this moment. Once it is, it stays so until the next boot: no
  /// machine is hours off after an outage of the time server.
  func isKnown(_ now: Moment = .read()) -> Bool {
    let isRight = now.isSynchronized || isTrusted
    let (isKnown, hasChanged) = boots.withLock { boots in
      let hasChanged = boots.note(
        BootTimes.Entry(bootID: bootID, bootMilliseconds: now.bootMilliseconds, isKnown: isRight))
      return (boots[bootID]?.isKnown ?? isRight, hasChanged)
    }
    if hasChanged {
      keep()
      if isRight { Log.notice("the time is known", ["trusted": isTrusted ? "yes" : "no"]) }
    }
    return isKnown
  }

  /// The time that it is at least, in Unix seconds; nil where the wall clock is right.
  func floor(_ now: Moment = .read()) -> Int64? {
    if isKnown(now) { return nil }
    return boots.withLock { ClockFloor.seconds($0) }
  }

  /// When the boot was that a record is of, as well as it is known.
  func boot(of stamp: Spool.Stamp, now: Moment = .read()) -> BootTimes.Entry {
    if stamp.bootID == bootID { _ = isKnown(now) }
    return boots.withLock { $0.boot(of: stamp) }
  }

  /// Writes the newest that is known, whichever thread comes last.
  private func keep() {
    file.withLock { path in
      do throws(Errno) {
        try Files.replace(path, with: boots.withLock { $0.text })
      } catch {
        Log.warning("the time of this boot cannot be kept", ["file": path, "reason": error.text])
      }
    }
  }
}

extension BootTimes {
  /// The file in a queue's directory.
  static func path(in directory: String) -> String { "\(directory)/boot-times" }

  /// Reads the file in a queue's directory.
  init(directory: String) {
    // Without the file, readings of earlier boots are marked as those of a clock that was not set.
    let path = BootTimes.path(in: directory)
    self.init(text: (try? Files.read(path, limit: BootTimes.bytesMax)) ?? [])
  }
}
