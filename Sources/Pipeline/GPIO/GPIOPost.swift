internal import Buses
internal import Configuration
internal import Drivers
internal import System
internal import Telemetry

/// A device on GPIO lines in the care of its bus's thread: which of its lines are held, and what the
/// log has been told.
struct GPIOPost {
  var device: GPIODevice
  let name: String
  private var lines: [Line]
  private var edgesLostTold: UInt64 = 0
  private var lossFaults = LogLimiter()
  /// By group, when an edge last brought a sample.
  private var hurried: [Duration?]
  private var isHurryPending = false

  private struct Line {
    var isHeld = false
    var retryAt: Duration?
    var pause = GPIOPost.pauses.lowerBound
    var faults = LogLimiter()
    /// How often in a row it was said to have edges and had none.
    var emptyReads = 0
  }

  /// A line that cannot be held is tried again after a second, and then less and less often: to look
  /// for a chip costs some microseconds.
  private static let pauses: ClosedRange<Duration> = .seconds(1)...(.seconds(10))
  /// A line whose descriptor says so often in a row that there are edges where there are none has
  /// failed; without this the loop would spin.
  private static let emptyReadsMax = 16
  /// Samples that edges bring have at least this from one to the next: a contact that chatters must
  /// not fill the queue. The last state is always told.
  static let hurryGap: Duration = .milliseconds(100)

  init(_ device: GPIODevice, name: String) {
    self.device = device
    self.name = name
    lines = device.lines.map { _ in Line() }
    hurried = device.groups.map { _ in nil }
  }

  /// Takes the lines whose time has come.
  /// - Parameter firstID: the number of the device's first line among all lines of the chip.
  mutating func takeLines<Lines: GPIOLines & ~Copyable>(
    from chip: inout Lines, firstID: Int, now: Duration
  ) {
    for index in lines.indices where !lines[index].isHeld {
      if let retryAt = lines[index].retryAt, now < retryAt { continue }
      do throws(GPIOError) {
        let taken = try chip.take(device.lines[index], as: firstID + index)
        lines[index].isHeld = true
        lines[index].pause = GPIOPost.pauses.lowerBound
        lines[index].emptyReads = 0
        device.taken(
          line: index, isActive: taken.isActive, isDebounced: taken.isDebounced,
          hasEdges: taken.hasEdges, now: now)
        if !taken.hasEdges {
          Log.notice(
            "the chip has no interrupts, the line is read with each sample",
            ["device": name, "line": device.lines[index].place.text])
        }
        if lines[index].faults.recover() {
          Log.notice("line is back", ["device": name, "line": device.lines[index].place.text])
        }
      } catch {
        fail(index, error, now: now)
      }
    }
  }

  /// When a line is tried again; nil where all are held.
  var retryAt: Duration? {
    var next: Duration?
    for line in lines where !line.isHeld {
      if let time = line.retryAt, next.map({ time < $0 }) ?? true { next = time }
    }
    return next
  }

  private mutating func fail(_ index: Int, _ error: GPIOError, now: Duration) {
    lines[index].isHeld = false
    lines[index].retryAt = now + lines[index].pause
    lines[index].pause = min(lines[index].pause * 2, GPIOPost.pauses.upperBound)
    device.failed(line: index, error.reason)
    guard let repeated = lines[index].faults.tell(error.text, now: now) else { return }
    Log.warning(
      "line cannot be used",
      [
        "device": name, "line": device.lines[index].place.text, "reason": error.text,
        "repeated": "\(repeated)",
      ])
  }

  /// Takes a batch of the edges that wait at a line.
  /// - Parameters:
  ///   - isReady: whether the line was said to have edges.
  ///   - now: some time since the wait for edges ended.
  ///   - edges: the worker's own, so that a storm allocates nothing.
  ///   - hurry: takes a sample of a group at a time; called for each edge that may be an alarm.
  /// - Returns: whether there may be more.
  mutating func drain<Lines: GPIOLines & ~Copyable>(
    line index: Int, of chip: inout Lines, id: Int, isReady: Bool, now: Duration,
    edges: inout [Edge],
    hurry: (_ post: inout GPIOPost, _ group: Int, _ time: Duration) -> Void
  ) -> Bool {
    guard lines[index].isHeld else { return false }
    edges.removeAll(keepingCapacity: true)
    let hasMore: Bool
    do throws(GPIOError) {
      let batch = try chip.read(id, into: &edges)
      hasMore = batch.hasMore
      if !edges.isEmpty {
        lines[index].emptyReads = 0
      } else if isReady {
        lines[index].emptyReads += 1
      }
      if lines[index].emptyReads > GPIOPost.emptyReadsMax { throw .vanished }
      if batch.mayHaveLost { device.suspectLoss(line: index) }
    } catch {
      chip.release(id)
      fail(index, error, now: now)
      return false
    }
    var latest = now
    if let last = edges.last, last.time > now { latest = Clock.sinceBoot }
    for var edge in edges {
      // An older kernel stamps edges with the wall clock: then the time of reading has to do.
      edge.time = min(edge.time, latest)
      if device.take(edge, line: index) { hurryGroups(at: edge.time, hurry) }
    }
    return hasMore
  }

  /// Takes the levels that have stayed for long enough, and the sample that was put off.
  mutating func settle(
    now: Duration, hurry: (_ post: inout GPIOPost, _ group: Int, _ time: Duration) -> Void
  ) {
    if device.settle(now: now) || isHurryPending { hurryGroups(at: now, hurry) }
  }

  /// When `settle` has something to do; nil for never.
  var deadline: Duration? {
    var deadline = device.deadline
    if isHurryPending, let last = hurried.compactMap({ $0 }).min() {
      deadline = min(deadline ?? .seconds(Int64.max), last + GPIOPost.hurryGap)
    }
    return deadline
  }

  private mutating func hurryGroups(
    at time: Duration, _ hurry: (_ post: inout GPIOPost, _ group: Int, _ time: Duration) -> Void
  ) {
    isHurryPending = false
    for group in device.groups.indices where device.groups[group].isUrgent {
      if let last = hurried[group], time - last < GPIOPost.hurryGap {
        isHurryPending = true
        continue
      }
      hurried[group] = time
      hurry(&self, group, time)
    }
  }

  /// Looks at the levels of the lines that are held, before a sample: an edge may have been lost, or
  /// the chip be gone without a word.
  mutating func look<Lines: GPIOLines & ~Copyable>(
    at chip: inout Lines, firstID: Int, now: Duration
  ) {
    for index in lines.indices where lines[index].isHeld {
      do throws(GPIOError) {
        let isActive = try chip.level(of: firstID + index)
        if device.read(line: index, isActive: isActive, now: now) { isHurryPending = true }
      } catch {
        chip.release(firstID + index)
        fail(index, error, now: now)
      }
    }
  }

  /// Tells of edges that were lost since this was last called.
  /// - Returns: how many.
  mutating func tellLoss(now: Duration) -> UInt64 {
    let lost = device.edgesLost - edgesLostTold
    guard lost > 0 else { return 0 }
    edgesLostTold += lost
    if let repeated = lossFaults.tell("lost", now: now) {
      Log.warning(
        "edges were lost",
        ["device": name, "lost_so_far": "\(edgesLostTold)", "repeated": "\(repeated)"])
    }
    return lost
  }
}
