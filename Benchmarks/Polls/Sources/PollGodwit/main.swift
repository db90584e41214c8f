// Reads REGISTERS holding registers COUNT times by the gateway's own master, and prints polls a second
// and CPU microseconds a poll: PollGodwit PORT REGISTERS COUNT
internal import Buses
internal import CLinux
internal import Configuration
internal import Drivers
internal import System

func cpuNanoseconds() -> Int {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return time.tv_sec * 1_000_000_000 + time.tv_nsec
}

func poll(_ port: UInt16, _ registers: Int, _ count: Int) throws(BusError) {
  var master = BusMaster(.modbusTCP(host: "127.0.0.1", port: port))
  var (start, cpuStart) = (Duration.zero, 0)
  // A tenth of them first, to be warm.
  for index in -count / 10..<count {
    if index == 0 { (start, cpuStart) = (Clock.sinceBoot, cpuNanoseconds()) }
    _ = try master.readRegisters(
      .holding, at: 0, count: registers, unit: 1, timeout: .seconds(1))
  }
  let cpu = Double(cpuNanoseconds() - cpuStart) / 1_000 / Double(count)
  let (seconds, attoseconds) = (Clock.sinceBoot - start).components
  let elapsed = Double(seconds) + Double(attoseconds) / 1e18
  print("\(Double(count) / elapsed) \(cpu)")
}

let numbers = CommandLineArguments.words.dropFirst().compactMap { Int($0) }
guard numbers.count == 3, let port = UInt16(exactly: numbers[0]) else {
  print("usage: PollGodwit PORT REGISTERS COUNT")
  exitProcess(2)
}
do throws(BusError) {
  try poll(port, numbers[1], numbers[2])
} catch {
  print("no answer")
  exitProcess(1)
}
