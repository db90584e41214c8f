// The spool with records of 256 bytes.
//   SpoolGodwit append DIRECTORY COUNT each|64|never|memory|acknowledged
// appends COUNT and prints the seconds that it took and the private memory in KiB before and after:
// durable each, in groups of 64, written and not synchronized, kept in memory, or that and
// acknowledged 20 later.
//   SpoolGodwit open DIRECTORY
// prints the milliseconds to open a spool that is there, the milliseconds to its first record, the
// private memory in KiB before and after, and how many records are queued.
//   SpoolGodwit wear DIRECTORY SECONDS each|1s|spill on|off
// appends 1 KiB a second with the link up, acknowledging at once, or down.
import Spool
import System

let words = CommandLineArguments.words
do throws(SpoolError) {
  switch (words.count, words.dropFirst().first) {
  case (5, "append"): try append(words[2], count: Int(words[3]) ?? 0, mode: words[4])
  case (3, "open"): try open(words[2])
  case (6, "wear"):
    try wear(
      words[2], seconds: Int(words[3]) ?? 0, mode: words[4], hasLink: words[5] == "on")
  default: fatalError("neither append nor open nor wear")
  }
} catch {
  fatalError(error.text)
}

/// - Parameter isLarge: the lane has room for more than a million records.
func options(_ durability: Spool.Durability, isLarge: Bool = false) -> Spool.Options {
  var lane = Spool.LaneOptions(name: "telemetry")
  if isLarge { lane.bytesMax = 1 << 30 }
  return Spool.Options(lanes: [lane], durability: durability)
}

func stamp(_ now: Duration) -> Spool.Stamp {
  Spool.Stamp(
    bootID: Spool.BootID(high: 1, low: 2), sinceBoot: now, wall: Clock.unixMilliseconds,
    isSynchronized: true)
}

func append(_ directory: String, count: Int, mode: String) throws(SpoolError) {
  let durability: Spool.Durability
  switch mode {
  case "each": durability = .eachRecord
  case "64": durability = .every(.seconds(3_600), records: 64)
  case "never": durability = .every(.seconds(3_600), records: .max)
  case "memory", "acknowledged": durability = .spill(after: .seconds(3_600))
  default: fatalError("no mode of this name")
  }
  let before = privateKibibytes()
  var options = options(durability, isLarge: count > 500_000)
  if mode == "memory" { options.memoryBytesMax = .max }
  let spool = try Spool(directory: directory, options: options, now: Clock.sinceBoot)
  let start = Clock.sinceBoot
  for number in 0..<count {
    let now = Clock.sinceBoot
    let payload = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 256)
    _ = try spool.append(payload, lane: 0, stamp: stamp(now), now: now)
    if mode == "acknowledged" {
      guard spool.next(now: now) != nil else { fatalError("the record is not handed out") }
      if number >= 20 {
        spool.acknowledge(Spool.RecordID(lane: 0, sequence: UInt64(number - 19)), now: now)
      }
    }
  }
  // The rest of a group.
  if mode == "64" { spool.synchronize(now: Clock.sinceBoot) }
  let seconds = seconds(Clock.sinceBoot - start)
  let after = privateKibibytes()
  guard let lane = spool.status.lanes.first, lane.trouble == nil else {
    fatalError("the spool is in trouble")
  }
  print("\(seconds) \(before) \(after)")
  if mode != "memory" { spool.close() }
}

func open(_ directory: String) throws(SpoolError) {
  let before = privateKibibytes()
  let start = Clock.sinceBoot
  let spool = try Spool(
    directory: directory, options: options(.every(.seconds(1), records: 64), isLarge: true),
    now: start)
  let opened = Clock.sinceBoot
  guard spool.next(now: opened) != nil else { fatalError("there is no record") }
  let found = Clock.sinceBoot
  let queued = spool.status.lanes.first?.ledger.queued ?? 0
  print(
    "\(seconds(opened - start) * 1e3) \(seconds(found - start) * 1e3) \(before) "
      + "\(privateKibibytes()) \(queued)")
}

func wear(
  _ directory: String, seconds: Int, mode: String, hasLink: Bool
) throws(SpoolError) {
  let durability: Spool.Durability
  switch mode {
  case "each": durability = .eachRecord
  case "1s": durability = .every(.seconds(1), records: 64)
  case "spill": durability = .spill(after: .seconds(60))
  default: fatalError("no mode of this name")
  }
  let spool = try Spool(
    directory: directory, options: options(durability), now: Clock.sinceBoot)
  spool.rewind()
  let payload = [UInt8](repeating: 0x2E, count: 1_024)
  let start = Clock.sinceBoot
  for number in 1...seconds {
    let next = start + .seconds(number)
    while Clock.sinceBoot < next {
      Clock.sleep(for: min(next, spool.writeDeadline ?? next) - Clock.sinceBoot)
      spool.work(now: Clock.sinceBoot)
    }
    let now = Clock.sinceBoot
    _ = try spool.append(payload, lane: 0, stamp: stamp(now), now: now)
    if hasLink {
      // A broker that answers in a moment.
      Clock.sleep(for: .milliseconds(20))
      while let record = spool.next(now: now) { spool.acknowledge(record.id, now: now) }
    }
  }
}

func seconds(_ duration: Duration) -> Double {
  let (seconds, attoseconds) = duration.components
  return Double(seconds) + Double(attoseconds) / 1e18
}

/// Memory that the process alone has and that it has written to; -1 where that cannot be told.
func privateKibibytes() -> Int {
  let rollup: [UInt8]
  do throws(Errno) {
    rollup = try Files.read("/proc/self/smaps_rollup", limit: 16 << 10)
  } catch {
    return -1
  }
  for line in rollup.split(separator: UInt8(ascii: "\n"))
  where line.starts(with: "Private_Dirty:".utf8) {
    return line.reduce(0) { sum, byte in
      UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
        ? sum * 10 + Int(byte - UInt8(ascii: "0")) : sum
    }
  }
  return -1
}
