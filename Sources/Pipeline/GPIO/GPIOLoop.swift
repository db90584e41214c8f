internal import Buses
internal import Configuration
internal import Drivers
internal import System
internal import Telemetry

/// What the thread of a GPIO chip does: waits for edges and for the times of its devices' samples
/// together.
struct GPIOLoop {
  private var posts: [GPIOPost]
  /// By device, the number of its first line among all lines of the chip.
  private var firstIDs: [Int] = []
  /// By line, its device.
  private var owners: [Int] = []
  private let keeper: TotalsKeeper?
  private let put: Put
  /// When the totals of a device are put on disk the next time; nil where it keeps none.
  private var saveAt: [Duration?]

  /// Batches of edges that are read in a row before anything else is looked at: 256 edges of libgpiod
  /// 1, 1,024 of libgpiod 2, some milliseconds of work. So a storm neither keeps the thread from its
  /// end nor another line from being read.
  private static let batchesMax = 16

  /// Takes a sample, how many turns were missed before it, and how many edges were lost.
  typealias Put = (_ sample: Sample, _ missed: UInt64, _ edgesLost: UInt64) -> Void

  /// A loop for the devices on one chip.
  /// - Parameters:
  ///   - keeper: keeps totals; nil for none.
  ///   - put: takes samples.
  init(
    _ devices: [GPIODevice], names: [String], keeper: TotalsKeeper?,
    put: @escaping Put
  ) {
    self.keeper = keeper
    self.put = put
    posts = zip(devices, names).map { GPIOPost($0, name: $1) }
    saveAt = devices.map { _ in nil }
    for index in posts.indices {
      firstIDs.append(owners.count)
      owners += posts[index].device.lines.map { _ in index }
      resume(index)
    }
  }

  private mutating func resume(_ index: Int) {
    guard let keeper, let interval = posts[index].device.saveInterval else { return }
    let name = posts[index].name
    posts[index].device.resume { point in
      keeper.found(point, device: name)
    }
    saveAt[index] = Clock.sinceBoot + interval
    // Together with the mark that the gateway runs.
    keeper.put(posts[index].device.keptTotals, of: name)
  }

  /// Works until `isStopping`; then the totals are with their keeper.
  mutating func run<Lines: GPIOLines & ~Copyable>(
    on chip: inout Lines, isStopping: () -> Bool
  ) {
    let tasks = posts.indices.flatMap { post in
      posts[post].device.groups.indices.map { (post: post, group: $0) }
    }
    var schedule = Schedule(
      tasks.map {
        Schedule.Task(
          interval: posts[$0.post].device.groups[$0.group].interval, posts[$0.post].device.timing)
      }, start: Clock.sinceBoot - GPIOLoop.afterTick,
      wallOffset: Clock.wallOffset)
    var edges: [Edge] = []
    edges.reserveCapacity(64)
    var ready: [Int] = []
    while !isStopping() {
      let now = Clock.sinceBoot
      for index in posts.indices {
        posts[index].takeLines(from: &chip, firstID: firstIDs[index], now: now)
      }
      for id in ready { drain(id, &chip, isReady: true, now: now, &edges) }
      settle(now: now)
      save(now: now)
      // While edges come, the schedule is looked at only when something is due.
      let tick = now - GPIOLoop.afterTick
      let isDue = ready.isEmpty || schedule.nextDue.map { $0 <= tick } ?? false
      if isDue, let turn = schedule.takeDue(now: tick, wallOffset: Clock.wallOffset) {
        let task = tasks[turn.task]
        // What has happened before the sample belongs into it.
        for id in owners.indices where owners[id] == task.post {
          drain(id, &chip, now: now, &edges)
        }
        posts[task.post].look(at: &chip, firstID: firstIDs[task.post], now: Clock.sinceBoot)
        settle(now: Clock.sinceBoot)
        GPIOLoop.take(&posts[task.post], task.group, at: Clock.sinceBoot, turn.missed, put)
        ready = []
        continue
      }
      // The time is as old as the edges took that were just read; to ask for it again costs as much as
      // to read an edge.
      ready = chip.wait(timeout: timeout(schedule.nextDue, now: now))
    }
    for id in owners.indices {
      drain(id, &chip, now: Clock.sinceBoot, &edges)
      chip.release(id)
    }
    for index in posts.indices where saveAt[index] != nil {
      keeper?.put(posts[index].device.keptTotals, of: posts[index].name)
    }
  }

  private mutating func drain<Lines: GPIOLines & ~Copyable>(
    _ id: Int, _ chip: inout Lines, isReady: Bool = false, now: Duration, _ edges: inout [Edge]
  ) {
    let post = owners[id]
    let put = put
    for batch in 0..<GPIOLoop.batchesMax {
      let hasMore = posts[post].drain(
        line: id - firstIDs[post], of: &chip, id: id, isReady: isReady && batch == 0,
        now: now, edges: &edges
      ) { post, group, time in
        GPIOLoop.take(&post, group, at: time, 0, put)
      }
      if !hasMore { return }
    }
  }

  private mutating func settle(now: Duration) {
    let put = put
    for index in posts.indices {
      posts[index].settle(now: now) { post, group, time in
        GPIOLoop.take(&post, group, at: time, 0, put)
      }
    }
  }

  /// Takes the sample of a group as it was at a time that is now or has just been.
  private static func take(
    _ post: inout GPIOPost, _ group: Int, at time: Duration, _ missed: UInt64, _ put: Put
  ) {
    let now = Clock.sinceBoot
    let sample = post.device.sample(
      group: group, unixMilliseconds: Clock.unixMilliseconds - (now - time).milliseconds,
      sinceBoot: time)
    put(sample, missed, post.tellLoss(now: now))
  }

  private mutating func save(now: Duration) {
    for index in posts.indices {
      guard let due = saveAt[index], due <= now, let interval = posts[index].device.saveInterval
      else { continue }
      saveAt[index] = now + interval
      keeper?.put(posts[index].device.keptTotals, of: posts[index].name)
    }
  }

  /// A turn comes so long after its tick: the schedule knows the wall clock to a millisecond, and a
  /// reading of 09:59:59.999 would be taken for one of the minute before.
  private static let afterTick: Duration = .milliseconds(2)

  /// So long at most is the schedule left alone, for the wall clock may be set meanwhile.
  static let waitMax: Duration = .seconds(60)

  private func timeout(_ due: Duration?, now: Duration) -> Duration {
    var next = now + GPIOLoop.waitMax
    if let due { next = min(next, due + GPIOLoop.afterTick) }
    for index in posts.indices {
      for time in [posts[index].deadline, posts[index].retryAt, saveAt[index]] {
        if let time { next = min(next, time) }
      }
    }
    return max(next - now, .zero)
  }
}
