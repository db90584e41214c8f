internal import Configuration
internal import Telemetry

extension ModbusDevice {
  /// What comes of reading a group once, while it is being read.
  struct Round {
    private(set) var outcomes: [Outcome]
    private(set) var layout: ReadLayout
    private var errors: [BusError] = []
    private let retriesMax: Int
    private let patience: Duration?
    private var retries = 0
    private var refusals: [Refusal] = []
    private var hasAnswered = false
    /// Why nothing more is asked.
    private var silence: BusError?
    private var halvings = 0
    private let group: Group
    /// What is known of the points that count; empty where none does.
    var counters: [CounterState] = []

    /// A profile for quite another device would be halved to pieces, and hold up the line meanwhile.
    /// What is left over is halved in the next round.
    private static let halvingsMax = 16

    init(_ group: Group, retries: Int, patience: Duration?) {
      self.group = group
      self.patience = patience
      retriesMax = retries
      layout = group.layout
      outcomes = [Outcome](repeating: .missing(.busError), count: group.points.count)
      for (index, reason) in layout.refused { outcomes[index] = .missing(reason) }
    }

    /// Asks for what a request brings, and for its halves where it is refused.
    /// - Returns: whether all of it came.
    mutating func take<Master: ModbusMaster & ~Copyable>(
      _ request: RequestPlan.Request, of device: ModbusDevice, over master: inout Master,
      pause: (Duration) -> Void
    ) -> Bool {
      if let silence {
        miss(request, silence.reason)
        return false
      }
      do {
        let words = try device.read(
          request, over: &master, retriesMax: retriesMax, patience: patience, retries: &retries)
        hasAnswered = true
        for value in request.values {
          decode(value, words)
        }
        wait(device, pause)
        return true
      } catch {
        miss(request, error.reason)
        errors.append(error)
        guard error.concernsOneRequest else {
          silence = error
          return false
        }
        hasAnswered = true
        wait(device, pause)
        guard error.isAboutRegisters else { return false }
        guard let (first, second) = request.halves else {
          refuse(request.values[0].index, error.reason)
          return false
        }
        guard halvings < Round.halvingsMax else {
          layout.split(before: second.values[0].index)
          return false
        }
        halvings += 1
        let hasFirst = take(first, of: device, over: &master, pause: pause)
        let hasSecond = take(second, of: device, over: &master, pause: pause)
        if hasFirst && hasSecond { layout.split(before: second.values[0].index) }
        return false
      }
    }

    private mutating func decode(_ value: RequestPlan.Value, _ words: [UInt16]) {
      let decoder = group.decoders[value.index]
      if decoder.isCounter {
        outcomes[value.index] = decoder.decode(words[value.registers], &counters[value.index])
      } else {
        var unused = CounterState()
        outcomes[value.index] = decoder.decode(words[value.registers], &unused)
      }
    }

    /// The values of the channels, when all has been asked.
    mutating func finish() -> [Outcome] {
      group.formulas.evaluate(&outcomes, group.decoders)
      outcomes.removeLast(outcomes.count - group.channels.count)
      return outcomes
    }

    func reading(_ sample: Sample) -> Reading {
      Reading(
        sample: sample, errors: errors, retries: retries, refusals: refusals,
        hasAnswered: hasAnswered)
    }

    private func wait(_ device: ModbusDevice, _ pause: (Duration) -> Void) {
      let silence = device.requests.turnaround
      if silence > .zero { pause(silence) }
    }

    private mutating func miss(_ request: RequestPlan.Request, _ reason: MissingReason) {
      for value in request.values { outcomes[value.index] = .missing(reason) }
    }

    private mutating func refuse(_ index: Int, _ reason: MissingReason) {
      layout.refuse(index, reason)
      let point = group.points[index]
      refusals.append(
        Refusal(point: point.name, table: point.table, address: point.address, reason: reason))
    }
  }
}
