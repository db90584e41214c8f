internal import Configuration
internal import Formulas
internal import Telemetry

/// What comes of doing a profile's steps once, while they are being done.
struct I2CRun {
  var slots: [FormulaValue]
  var transfer: I2CTransfer
  let profile: I2CProfile
  var outcomes: [Outcome]
  private(set) var errors: [BusError] = []
  private(set) var retries = 0
  private(set) var hasAnswered = false
  /// Whether something failed after which the device may not be what it was.
  private(set) var hasLostTouch = false
  private var waited = Duration.zero
  private var transfers = 0

  /// More would only fill the log: a few tell what is wrong.
  private static let errorsMax = 8

  init(
    slots: [FormulaValue], transfer: I2CTransfer, profile: I2CProfile, count: Int = 0
  ) {
    self.slots = slots
    self.transfer = transfer
    self.profile = profile
    outcomes = [Outcome](repeating: .missing(.busError), count: count)
  }

  mutating func note(_ error: BusError) {
    if errors.count < I2CRun.errorsMax { errors.append(error) }
  }

  /// Finds out whether it is the right device, by the questions of its profile alone.
  mutating func identify<Line: I2CLine & ~Copyable>(
    over line: inout Line, _ pause: (Duration) -> Void
  ) throws(BusError) -> I2CIdentity {
    for question in profile.identity {
      try ask(question.probe.query, over: &line, pause)
      let number = Int64(
        truncatingIfNeeded: question.probe.field.pattern(in: transfer.received))
      guard question.probe.accepts(number) else {
        return .other(hint: question.hints.first { $0.number == number }?.text)
      }
    }
    return .known
  }

  /// Finds out whether it is the right device, sets it up and reads what never changes.
  mutating func prepare<Line: I2CLine & ~Copyable>(
    over line: inout Line, _ pause: (Duration) -> Void
  ) throws(BusError) {
    guard case .known = try identify(over: &line, pause) else { throw .wrongDevice }
    for step in profile.setup { try perform(step, isSetup: true, over: &line, pause) }
    for step in profile.constants { try perform(step, isSetup: true, over: &line, pause) }
  }

  /// Does the steps of a sample, and works the points out.
  mutating func take<Line: I2CLine & ~Copyable>(
    _ group: I2CDevice.Group, _ site: I2CSite, over line: inout Line,
    _ pause: (Duration) -> Void
  ) throws(BusError) {
    forget(.notAvailable)
    for step in profile.sample {
      guard case .forEachChannel(let steps) = step.action else {
        try perform(step, isSetup: false, over: &line, pause)
        continue
      }
      for input in group.inputs {
        try measure(site.channels[input], steps, group, over: &line, pause)
      }
    }
    evaluate(group, channel: nil)
  }

  /// Does the steps of one channel.
  private mutating func measure<Line: I2CLine & ~Copyable>(
    _ channel: I2CSite.Channel, _ steps: [I2CStep], _ group: I2CDevice.Group,
    over line: inout Line, _ pause: (Duration) -> Void
  ) throws(BusError) {
    choose(channel)
    for step in steps { forget(step, .notAvailable) }
    do throws(BusError) {
      for step in steps { try perform(step, isSetup: false, over: &line, pause) }
    } catch .notReady {
      // The next channel may be: each has its own conversion.
      note(.notReady)
      for step in steps { forget(step, .notReady) }
    }
    evaluate(group, channel: channel.index)
  }

  /// Does one step.
  private mutating func perform<Line: I2CLine & ~Copyable>(
    _ step: I2CStep, isSetup: Bool, over line: inout Line, _ pause: (Duration) -> Void
  ) throws(BusError) {
    var left = step.retries.count
    while true {
      do throws(BusError) {
        try attempt(step, isSetup: isSetup, over: &line, pause)
        return
      } catch .noAcknowledge {
        if left > 0 {
          left -= 1
          retries += 1
          try wait(step.retries.pause, pause)
          continue
        }
        if step.ignoresSilence { return }
        throw .noAcknowledge
      } catch {
        guard case .badChecksum = error, !isSetup else { throw error }
        // Noise spoils an answer; the next may be good, and what does not need this one is.
        note(error)
        forget(step, error.reason)
        return
      }
    }
  }

  private mutating func attempt<Line: I2CLine & ~Copyable>(
    _ step: I2CStep, isSetup: Bool, over line: inout Line, _ pause: (Duration) -> Void
  ) throws(BusError) {
    switch step.action {
    case .wait(let time): try wait(duration(time), pause)
    case .write(let data):
      try put(data)
      transfer.expect(0)
      try exchange(over: &line)
    case .read(let query, let fields):
      try ask(query, over: &line, pause)
      for (slot, field) in fields { slots[slot] = field.value(in: transfer.received) }
    case .until(let probe, let every, let timeout):
      try poll(probe, every: every, timeout: timeout, over: &line, pause)
    case .ensure(let data): try ensure(data, isSetup: isSetup, over: &line)
    case .forEachChannel: preconditionFailure("channels are in a sample only")
    }
  }

  /// Asks until the answer is right.
  private mutating func poll<Line: I2CLine & ~Copyable>(
    _ probe: I2CProbe, every: Duration, timeout: Duration, over line: inout Line,
    _ pause: (Duration) -> Void
  ) throws(BusError) {
    var elapsed = Duration.zero
    while true {
      try ask(probe.query, over: &line, pause)
      if probe.accepts(Int64(truncatingIfNeeded: probe.field.pattern(in: transfer.received))) {
        return
      }
      guard elapsed < timeout else {
        hasLostTouch = true
        throw .notReady
      }
      try wait(every, pause)
      elapsed += every
    }
  }

  /// Checks what a register has. While the device is set up it is written first.
  private mutating func ensure<Line: I2CLine & ~Copyable>(
    _ data: I2CData, isSetup: Bool, over line: inout Line
  ) throws(BusError) {
    try put(data)
    if isSetup {
      transfer.expect(0)
      try exchange(over: &line)
    }
    let wanted = transfer.written
    transfer.written.removeLast(wanted.count - data.registerBytes)
    transfer.expect(wanted.count - data.registerBytes)
    try exchange(over: &line)
    guard transfer.received.elementsEqual(wanted[data.registerBytes...]) else { throw .setupLost }
  }

  /// Asks a question; the answer is then in `transfer.received`, without its checks.
  private mutating func ask<Line: I2CLine & ~Copyable>(
    _ query: I2CQuery, over line: inout Line, _ pause: (Duration) -> Void
  ) throws(BusError) {
    try put(query.data)
    if let time = query.pause {
      transfer.expect(0)
      try exchange(over: &line)
      transfer.written.removeAll(keepingCapacity: true)
      try wait(duration(time), pause)
    }
    let checksum = query.isChecked ? profile.checksum : nil
    transfer.expect(checksum?.wireCount(query.count) ?? query.count)
    try exchange(over: &line)
    if let checksum, !checksum.strip(&transfer.received) { throw .badChecksum }
  }

  private mutating func exchange<Line: I2CLine & ~Copyable>(
    over line: inout Line
  ) throws(BusError) {
    guard transfers < I2CLimits.transfersMax else { throw .notReady }
    transfers += 1
    let count = transfer.received.count
    try line.transfer(&transfer)
    guard transfer.received.count == count else { throw .badResponse }
    hasAnswered = true
  }

  private mutating func wait(
    _ time: Duration, _ pause: (Duration) -> Void
  ) throws(BusError) {
    guard waited + time <= I2CLimits.waitMax else { throw .notReady }
    waited += time
    if time > .zero { pause(time) }
  }
}

extension I2CRun {
  /// Opens the way to a device behind a multiplexer: one bit a channel (TCA9548A data sheet SCPS207,
  /// 8.6.1).
  mutating func select<Line: I2CLine & ~Copyable>(
    _ mux: I2CMux?, over line: inout Line
  ) throws(BusError) {
    guard let mux else { return }
    try set(mux, 1 << mux.channel, over: &line)
  }

  /// Closes it again, for behind another channel there may be the same address.
  mutating func deselect<Line: I2CLine & ~Copyable>(_ mux: I2CMux?, over line: inout Line) {
    guard let mux else { return }
    do throws(BusError) {
      try set(mux, 0, over: &line)
    } catch {
      note(error)
    }
  }

  private mutating func set<Line: I2CLine & ~Copyable>(
    _ mux: I2CMux, _ channels: UInt8, over line: inout Line
  ) throws(BusError) {
    let address = transfer.address
    transfer.address = mux.address
    defer { transfer.address = address }
    transfer.written.removeAll(keepingCapacity: true)
    transfer.written.append(channels)
    transfer.expect(0)
    try line.transfer(&transfer)
  }
}

extension I2CRun {
  /// Gives names what they are of a channel.
  mutating func choose(_ channel: I2CSite.Channel) {
    for setting in channel.settings { slots[setting.slot] = setting.value }
    for (slot, value) in zip(profile.channelSlots, profile.channels[channel.index].values) {
      slots[slot] = value
    }
  }

  /// Puts bytes into the transfer, computed ones too.
  private mutating func put(_ data: I2CData) throws(BusError) {
    transfer.written.removeAll(keepingCapacity: true)
    if !data.isConstant { evaluateFormulas() }
    for part in data.parts {
      switch part {
      case .byte(let byte): transfer.written.append(byte)
      case .number(let formula, let bytes, let order):
        guard case .integer(let number) = formula.evaluate(slots.span),
          number >= -(1 << Int64(8 * bytes - 1)), number < 1 << Int64(8 * bytes)
        else { throw .badResponse }
        for index in 0..<bytes {
          let place = order == .big ? bytes - 1 - index : index
          transfer.written.append(UInt8(truncatingIfNeeded: number >> Int64(8 * place)))
        }
      }
    }
    if let first = data.checkedFrom {
      profile.checksum?.insert(into: &transfer.written, from: first)
    }
  }

  /// How long a wait is; a computed one that is none is no wait, and one that is too long the longest.
  mutating func duration(_ time: I2CTime) -> Duration {
    switch time {
    case .fixed(let duration): return duration
    case .milliseconds(let formula):
      evaluateFormulas()
      let milliseconds: Double
      switch formula.evaluate(slots.span) {
      case .integer(let number): milliseconds = Double(number)
      case .real(let number): milliseconds = number
      case .missing: return .zero
      }
      let longest = 1_000.0 * Double(I2CLimits.waitMax.components.seconds)
      return .microseconds(Int64(min(max(milliseconds, 0), longest) * 1_000))
    }
  }

  private mutating func evaluateFormulas() {
    let formulas = profile.formulas
    if formulas.formulas.isEmpty { return }
    var span = slots.mutableSpan
    formulas.evaluate(&span)
  }

  /// Takes the values of the last sample away.
  private mutating func forget(_ reason: MissingReason) {
    for slot in profile.sampleSlots { slots[slot] = .missing(.input(reason.rawValue)) }
  }

  /// Takes the values away that a step has brought, or has not.
  private mutating func forget(_ step: I2CStep, _ reason: MissingReason) {
    guard case .read(_, let fields) = step.action else { return }
    for (slot, _) in fields { slots[slot] = .missing(.input(reason.rawValue)) }
  }

  /// All points still without a value have none for this reason.
  mutating func miss(_ group: I2CDevice.Group, _ reason: MissingReason) {
    for index in outcomes.indices {
      if case .missing(.busError) = outcomes[index] { outcomes[index] = .missing(reason) }
    }
  }

  /// Works out the points of a channel, or those of none.
  private mutating func evaluate(_ group: I2CDevice.Group, channel: Int?) {
    evaluateFormulas()
    for (place, index) in group.points.enumerated()
    where profile.points[index].channel == channel {
      outcomes[place] = profile.points[index].outcome(slots)
    }
  }
}
