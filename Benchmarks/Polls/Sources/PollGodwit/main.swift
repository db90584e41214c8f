// Reads REGISTERS holding registers COUNT times by the gateway's own master, and prints polls a second
// and CPU microseconds a poll: PollGodwit PORT REGISTERS COUNT
internal import Buses
internal import CLinux
internal import Configuration
internal import Drivers
internal import System

func cpuMicroseconds() -> Int64 {
  var usage = rusage()
  getrusage(RUSAGE_SELF, &usage)
  return Int64(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1_000_000
    + Int64(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
}

func poll(_ port: UInt16, _ registers: Int, _ count: Int) throws(BusError) {
  var master = BusMaster(.modbusTCP(host: "127.0.0.1", port: port))
  var (start, cpuStart) = (Duration.zero, Int64(0))
  // A tenth of them first, to be warm.
  for index in -count / 10..<count {
    if index == 0 { (start, cpuStart) = (Clock.sinceBoot, cpuMicroseconds()) }
    _ = try master.readRegisters(
      .holding, at: 0, count: registers, unit: 1, timeout: .seconds(1))
  }
  let cpu = Double(cpuMicroseconds() - cpuStart) / Double(count)
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
  print("no answer: \(error.reason.name)")
  exitProcess(1)
}
