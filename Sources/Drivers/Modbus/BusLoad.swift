internal import Configuration

/// How busy a line will be, reckoned from the plan of its requests before anything is asked; pure.
public struct BusLoad: Sendable {
  /// The work of one group of points.
  public struct Job: Sendable {
    /// The device's index in the configuration.
    public let device: Int
    /// The group's index in the device's `groups`.
    public let group: Int
    /// The time from one sample to the next.
    public let interval: Duration
    /// How long a sample takes the line.
    public let cost: Duration

    /// A job from its parts.
    public init(device: Int, group: Int, interval: Duration, cost: Duration) {
      self.device = device
      self.group = group
      self.interval = interval
      self.cost = cost
    }
  }

  /// What a request costs besides its bytes, and how long a byte takes.
  public struct Line: Sendable {
    /// One character, with its start, parity and stop bits; zero for TCP, where the network's part is
    /// in `answerTime`.
    public var characterTime: Duration
    /// The silence between two frames.
    public var frameGap: Duration
    /// From the end of a question to the beginning of its answer.
    public var answerTime: Duration

    /// A line by its times.
    public init(characterTime: Duration, frameGap: Duration, answerTime: Duration) {
      self.characterTime = characterTime
      self.frameGap = frameGap
      self.answerTime = answerTime
    }
  }

  /// All the work of the line.
  public let jobs: [Job]

  /// The work of devices that know their own costs.
  public init(jobs: [Job]) {
    self.jobs = jobs
  }

  /// The work of the devices on a line.
  public init(of devices: [ModbusDevice], on line: Line) {
    jobs = devices.flatMap { device in
      device.groups.indices.map { index in
        let group = device.groups[index]
        var cost = Duration.zero
        for request in group.plan.requests {
          cost += BusLoad.cost(of: request, on: line) + device.requests.turnaround
        }
        return Job(device: device.index, group: index, interval: group.interval, cost: cost)
      }
    }
  }

  /// The share of its time that the line needs, in percent; above 100 it cannot keep up.
  public var percent: Int {
    let share = jobs.reduce(0.0) { $0 + $1.share }
    let percent = Int(share * 100)
    return Double(percent) < share * 100 ? percent + 1 : percent
  }

  /// A job that cannot have its interval.
  public struct Late: Sendable {
    /// Which.
    public let job: Job
    /// How many of 100 of its turns are left out.
    public let missedPercent: Int
  }

  /// A day of readings a second, which takes some milliseconds to play through.
  private static let turnsMax = 86_400

  /// The jobs that will miss turns, found by playing the line's schedule through: what has been due
  /// for longest is done next, all are due together at the start, and turns that have passed are left
  /// out.
  ///
  /// A line may have time enough in all and still be late for what is due every second, while it does
  /// what is due every minute.
  public var late: [Late] {
    guard let longest = jobs.map({ $0.interval }).max() else { return [] }
    var due = jobs.map { _ in Duration.zero }
    var missed = jobs.map { _ in 0 }
    var done = missed
    var now = Duration.zero
    for _ in 0..<BusLoad.turnsMax where now < longest * 10 {
      var next = 0
      for index in due.indices where due[index] < due[next] { next = index }
      now = max(now, due[next])
      let turns = Int((now - due[next]) / jobs[next].interval)
      missed[next] += turns
      done[next] += 1
      due[next] += jobs[next].interval * (turns + 1)
      now += jobs[next].cost
    }
    return jobs.indices.compactMap { index in
      guard missed[index] > 0 else { return nil }
      let percent = 100 * missed[index] / (missed[index] + done[index])
      return Late(job: jobs[index], missedPercent: max(percent, 1))
    }
  }

  /// Address, function code, two numbers and a checksum, both ways, and the answer's count and data
  /// (MODBUS over Serial Line V1.02, 2.3; Application Protocol V1.1b3, 6.1 to 6.4).
  private static func cost(of request: RequestPlan.Request, on line: Line) -> Duration {
    let data = request.table.isOfBits ? (request.count + 7) / 8 : 2 * request.count
    let characters = 8 + 5 + data
    return line.characterTime * characters + line.frameGap * 2 + line.answerTime
  }
}

extension BusLoad.Job {
  fileprivate var share: Double { cost.inSeconds / interval.inSeconds }
}

extension Duration {
  fileprivate var inSeconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) / 1e18
  }
}
