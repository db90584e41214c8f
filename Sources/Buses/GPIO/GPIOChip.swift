internal import CGPIO
internal import Configuration
public import Drivers
public import System

/// The lines of one GPIO chip, by libgpiod.
///
/// The chip is opened with the first line that is taken, and closed with the last that is released,
/// so that one that is plugged in again is found.
///
/// Made for one thread, and for no other after that.
public final class GPIOChip: GPIOLines {
  private let name: String
  private var chip: OpaquePointer?
  private var lines: [Int: OpaquePointer] = [:]
  private let watches: WatchSet

  /// Edges that the kernel is to keep for us where that can be chosen: 100 ms of 10,000 edges a
  /// second. More than 1,024 it does not give (linux/gpio.h, GPIO_V2_LINES_MAX * 16).
  private static let bufferMax: UInt32 = 1_024

  /// The lines of a chip, of which none is taken yet.
  /// - Parameter name: the chip's own name such as gpiochip0, its driver's name for it, or the path
  ///   of its file.
  /// - Parameter wakeup: ends a wait.
  /// - Throws: `EMFILE` or `ENFILE` where there are too many open files.
  public init(_ name: String, wakeup: Wakeup) throws(Errno) {
    self.name = name
    watches = try WatchSet(wakeup: wakeup)
  }

  deinit {
    for line in lines.values { cgpio_line_release(line) }
    if let chip { cgpio_chip_close(chip) }
  }

  /// Takes a line as an input; opens the chip where that is not open yet.
  public func take(_ line: GPIODevice.Line, as id: Int) throws(GPIOError) -> TakenLine {
    let chip = try openChip()
    do throws(GPIOError) {
      let offset = try offset(of: line.place, chip)
      var settings = cgpio_settings(line)
      settings.buffer = GPIOChip.bufferMax
      var taken: OpaquePointer?
      var failure = cgpio_line_request(chip, offset, &settings, &taken)
      if failure == -ENODEV || failure == -ENXIO, isThere(chip) {
        // What the kernel says where the line has no interrupt.
        guard !line.needsEdges else { throw GPIOError.noEdges }
        settings.edges = CGPIO_EDGES_NONE
        settings.debounce_microseconds = 0
        failure = cgpio_line_request(chip, offset, &settings, &taken)
      }
      guard failure == 0, let taken else {
        guard failure == -EBUSY else { throw GPIOError(failure) }
        throw .held(by: holder(of: offset, chip))
      }
      lines[id] = taken
      let level = cgpio_line_value(taken)
      guard level >= 0 else { throw GPIOError(level) }
      let hasEdges = settings.edges != CGPIO_EDGES_NONE
      let descriptor = cgpio_line_descriptor(taken)
      if hasEdges {
        do throws(Errno) {
          try watches.add(descriptor, mark: UInt32(truncatingIfNeeded: id))
        } catch {
          throw .system(error.rawValue)
        }
      }
      return TakenLine(
        isActive: level != 0, isDebounced: cgpio_line_is_debounced(taken) != 0, hasEdges: hasEdges)
    } catch {
      release(id)
      throw error
    }
  }

  /// Lets a line go, and the chip with the last one.
  public func release(_ id: Int) {
    if let line = lines.removeValue(forKey: id) { cgpio_line_release(line) }
    if lines.isEmpty, let chip {
      cgpio_chip_close(chip)
      self.chip = nil
    }
  }

  /// Whether a line is active now.
  public func level(of id: Int) throws(GPIOError) -> Bool {
    guard let line = lines[id] else { throw .vanished }
    let level = cgpio_line_value(line)
    guard level >= 0 else { throw GPIOError(level) }
    return level != 0
  }

  /// Takes edges that wait at a line, a batch at most; a line that is not held has none.
  public func read(_ id: Int, into edges: inout [Edge]) throws(GPIOError) -> EdgeBatch {
    guard let line = lines[id] else { return EdgeBatch(mayHaveLost: false, hasMore: false) }
    return try withUnsafeTemporaryAllocation(of: cgpio_edge.self, capacity: CGPIO_EDGES_MAX) {
      (batch) throws(GPIOError) in
      var wasFull: Int32 = 0
      var hasMore: Int32 = 0
      let count = cgpio_line_read(line, batch.baseAddress, &wasFull, &hasMore)
      guard count >= 0 else { throw GPIOError(count) }
      for index in 0..<Int(count) {
        edges.append(
          Edge(
            isRising: batch[index].is_rising != 0,
            time: .nanoseconds(batch[index].nanoseconds), sequence: batch[index].sequence))
      }
      return EdgeBatch(mayHaveLost: wasFull != 0, hasMore: hasMore != 0)
    }
  }

  /// Waits until there are edges, the bell rings or `timeout` passes.
  public func wait(timeout: Duration) -> [Int] {
    do throws(Errno) {
      return try watches.wait(timeout: timeout).map { Int($0) }
    } catch {
      // It cannot fail; without this the loop would spin if it did.
      Clock.sleep(for: .milliseconds(100))
      return []
    }
  }

  private func openChip() throws(GPIOError) -> OpaquePointer {
    if let chip { return chip }
    guard let path = GPIOChipList.path(of: name) else { throw .chipNotFound }
    var opened: OpaquePointer?
    let failure = GPIOChipList.open(path, &opened)
    guard failure == 0, let opened else {
      throw failure == -ENOENT ? .chipNotFound : failure == -ENODEV ? .notAChip : GPIOError(failure)
    }
    chip = opened
    return opened
  }

  private func offset(
    of place: GPIOSite.Place, _ chip: OpaquePointer
  ) throws(GPIOError) -> UInt32 {
    switch place {
    case .offset(let offset):
      guard offset < cgpio_chip_line_count(chip) else { throw .lineNotFound }
      return offset
    case .name(let name):
      let offset = name.withCString { cgpio_chip_find(chip, $0) }
      guard offset >= 0 else { throw offset == -ENOENT ? .lineNotFound : GPIOError(offset) }
      return UInt32(offset)
    }
  }

  private func isThere(_ chip: OpaquePointer) -> Bool {
    var info = cgpio_line_info()
    return cgpio_chip_line_info(chip, 0, &info) == 0
  }

  private func holder(of offset: UInt32, _ chip: OpaquePointer) -> String {
    var info = cgpio_line_info()
    guard cgpio_chip_line_info(chip, offset, &info) == 0 else { return "" }
    return info.holder
  }
}

extension GPIOError {
  /// What a call has returned.
  init(_ failure: Int32) {
    switch -failure {
    case ENODEV, ENXIO: self = .vanished
    case EACCES, EPERM: self = .permissionDenied
    case EBUSY: self = .held(by: "")
    case ENOTSUP, EINVAL: self = .unsupported
    default: self = .system(-failure)
    }
  }
}

extension cgpio_settings {
  fileprivate init(_ line: GPIODevice.Line) {
    self.init()
    switch line.settings.bias {
    case .asIs: bias = CGPIO_BIAS_AS_IS
    case .disabled: bias = CGPIO_BIAS_DISABLED
    case .pullUp: bias = CGPIO_BIAS_PULL_UP
    case .pullDown: bias = CGPIO_BIAS_PULL_DOWN
    }
    switch line.watched {
    case .rising: edges = CGPIO_EDGES_RISING
    case .falling: edges = CGPIO_EDGES_FALLING
    case .both: edges = CGPIO_EDGES_BOTH
    }
    active_low = line.settings.isActiveLow ? 1 : 0
    debounce_microseconds = UInt32(clamping: line.settings.debounce.milliseconds * 1_000)
  }
}
