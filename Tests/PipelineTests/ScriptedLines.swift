import Buses
import Drivers
import System

/// Lines of a chip as a test has written them. Nothing waits: what is scripted comes at once, and at
/// its end `atEnd` is called.
final class ScriptedLines: GPIOLines {
  enum Step {
    /// Edges come at a line.
    case edges(Int, [Edge])
    /// The kernel's buffer of the line is full besides.
    case full(Int, [Edge])
    /// The chip goes away.
    case vanish
    /// Time passes.
    case wait(Duration)
    /// Time passes until the worker has something to do.
    case idle
  }

  var steps: [Step]
  var atEnd: () -> Void = {}
  /// What keeps a line from being taken.
  var refusals: [Int: GPIOError] = [:]
  var levels: [Int: Bool] = [:]
  private(set) var held: Set<Int> = []
  private(set) var takes = 0
  private var waiting: [Int: [Edge]] = [:]
  private var full: Set<Int> = []
  private var isGone = false
  /// As many edges does a batch have.
  let batch: Int

  init(_ steps: [Step], batch: Int = 16) {
    self.steps = steps
    self.batch = batch
  }

  func take(_ line: GPIODevice.Line, as id: Int) throws(GPIOError) -> TakenLine {
    takes += 1
    if isGone { throw .chipNotFound }
    if let refusal = refusals[id] { throw refusal }
    held.insert(id)
    return TakenLine(isActive: levels[id] ?? false, isDebounced: false)
  }

  func release(_ id: Int) { held.remove(id) }

  func level(of id: Int) throws(GPIOError) -> Bool {
    if isGone { throw .vanished }
    return levels[id] ?? false
  }

  func read(_ id: Int, into edges: inout [Edge]) throws(GPIOError) -> EdgeBatch {
    if isGone { throw .vanished }
    guard held.contains(id), let all = waiting[id] else {
      return EdgeBatch(mayHaveLost: false, hasMore: false)
    }
    edges += all.prefix(batch)
    waiting[id] = all.count > batch ? Array(all.dropFirst(batch)) : nil
    if let last = edges.last { levels[id] = last.isRising }
    return EdgeBatch(mayHaveLost: full.remove(id) != nil, hasMore: all.count > batch)
  }

  func wait(timeout: Duration) -> [Int] {
    // As the kernel does for as long as there are edges.
    let ready = waiting.keys.filter { held.contains($0) }
    if !ready.isEmpty { return ready }
    guard !steps.isEmpty else {
      atEnd()
      return []
    }
    switch steps.removeFirst() {
    case .edges(let id, let edges):
      waiting[id, default: []] += edges
      return [id]
    case .full(let id, let edges):
      waiting[id, default: []] += edges
      full.insert(id)
      return [id]
    case .vanish:
      isGone = true
      return Array(held)
    case .wait(let duration):
      Clock.sleep(for: duration)
      return []
    case .idle:
      Clock.sleep(for: timeout)
      return []
    }
  }
}
