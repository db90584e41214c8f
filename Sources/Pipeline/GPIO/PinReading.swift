internal import Buses
internal import Configuration
internal import Drivers
internal import System
internal import Telemetry

/// A device on GPIO lines read once: their levels. What pulses and edges tell takes time, and is kept
/// by a gateway that runs.
struct PinReading {
  /// A sample a group.
  private(set) var samples: [Sample] = []
  /// Whether a point has no value because it is not known of one moment.
  private(set) var needsTime = false

  /// Opens the chip, and lets go of it.
  init(_ device: Device, index: Int, chip: String) {
    do throws(Errno) {
      var lines = try GPIOChip(chip, wakeup: try Wakeup())
      self.init(device, index: index, over: &lines)
    } catch {
      Log.error("the chip cannot be opened", ["chip": chip, "reason": error.text])
      self.init(device, index: index, failure: GPIOError.system(error.rawValue).reason)
    }
  }

  init<Lines: GPIOLines & ~Copyable>(_ device: Device, index: Int, over lines: inout Lines) {
    var pins = GPIODevice(configuration: device, index: index)
    for (id, line) in pins.lines.enumerated() {
      do throws(GPIOError) {
        let taken = try lines.take(line, as: id)
        pins.taken(
          line: id, isActive: taken.isActive, isDebounced: taken.isDebounced,
          hasEdges: taken.hasEdges, now: Clock.sinceBoot)
      } catch {
        Log.warning(
          "line cannot be used",
          ["device": device.name, "line": line.place.text, "reason": error.text])
        pins.failed(line: id, error.reason)
      }
    }
    let points = device.profile.gpio.points
    // What is calculated from other points has no value where one of them takes time.
    let isMixed = points.contains { $0.measure != .level && $0.measure != .nothing }
    for group in pins.groups.indices {
      let sample = pins.sample(
        group: group, unixMilliseconds: Clock.unixMilliseconds, sinceBoot: Clock.sinceBoot)
      var outcomes = sample.outcomes
      for place in outcomes.indices {
        let measure = points[device.points[sample.channels[place].index]].measure
        if measure == .level || measure == .nothing && !isMixed { continue }
        if case .missing(let reason) = outcomes[place], reason != .notAvailable { continue }
        needsTime = true
        outcomes[place] = .missing(.notAvailable)
      }
      samples.append(
        Sample(
          device: index, unixMilliseconds: sample.unixMilliseconds, sinceBoot: sample.sinceBoot,
          channels: sample.channels, outcomes: outcomes))
    }
    for id in pins.lines.indices { lines.release(id) }
  }

  private init(_ device: Device, index: Int, failure: MissingReason) {
    var pins = GPIODevice(configuration: device, index: index)
    for id in pins.lines.indices { pins.failed(line: id, failure) }
    for group in pins.groups.indices {
      samples.append(
        pins.sample(
          group: group, unixMilliseconds: Clock.unixMilliseconds, sinceBoot: Clock.sinceBoot))
    }
  }
}
