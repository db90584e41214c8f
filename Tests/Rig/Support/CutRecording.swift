import Foundation
import TestSupport
import Testing

/// What a gateway did to its disk under load, with what it promised meanwhile.
struct CutRecording {
  /// What is promised at a moment of the record, by a mark of Guest/record-cut.
  struct Promise {
    /// The mark's place in the log.
    let entry: Int
    /// Records that the gateway has called durable.
    let durable: Int
    /// Records that it has accepted, durable or not.
    let accepted: Int
  }

  static let diskBytes = 24 << 20

  /// The disk before the gateway's first write.
  let disk: [UInt8]
  let log: WriteLog
  let promises: [Promise]
  /// What arrived in all; the gateway was stopped in good order when the record was complete.
  let arrivals: [Arrival]

  /// Records some 12 seconds of a gateway with ext4 under its queue, while its broker comes and goes.
  /// - Parameter isLying: whether its promises are empty: fdatasync(2) does nothing.
  static func make(durability: String, isLying: Bool = false) async throws -> CutRecording {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("godwit-cut-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (disk, log) = (folder.appendingPathComponent("disk"), folder.appendingPathComponent("log"))
    try SparseFile.make(disk, bytes: diskBytes)
    try SparseFile.make(log, bytes: 2 << 30)
    let maker = try ChildProcess(
      "/sbin/mkfs.ext4", ["-q", "-F", "-b", "4096", "-m", "0", disk.path],
      output: folder.appendingPathComponent("mkfs"), directory: folder)
    try #require(maker.waitForEnd() == 0, "\(maker.output)")
    let blank = try Data(contentsOf: disk)

    let pi = try await VirtualPi(disks: [disk, log])
    try await pi.run(
      """
      set -e
      DM_DISABLE_UDEV=1 dmsetup create cut --table \
        "0 $(blockdev --getsz /dev/ubda) log-writes /dev/ubda /dev/ubdb"
      mkdir /tmp/disk
      mount /dev/mapper/cut /tmp/disk
      """)
    let site = try await Site(in: pi)
    try await site.startSimulatedMeter()
    try site.configure(
      bus: "modbus-tcp: 127.0.0.1, port: 1502", device: "every: 20 ms, batch: 0 s",
      queue: "path: /tmp/disk/queue, max-size: 2 MiB, durability: \(durability)")
    let gateway = try site.startGateway(isLying ? try await liar(in: pi) : Kernel.godwit)
    let marker = try pi.start(
      "exec $ROOT/Tests/Rig/Guest/record-cut \(gateway.process.outputFile.path)")
    try await Task.sleep(for: .seconds(3))
    try await site.stopBroker()
    try await Task.sleep(for: .seconds(3))
    try await site.startBroker()
    try await Task.sleep(for: .seconds(3))
    try await site.stopBroker()
    try await Task.sleep(for: .seconds(1))
    try await site.startBroker()
    try await Task.sleep(for: .seconds(2))
    _ = try await marker.stop()
    try #require(
      try await eventually { gateway["queued"] <= 1 }, "\(gateway.log) \(marker.output)")
    try await gateway.settle(at: site)
    let arrivals = site.arrivals
    try await pi.run("umount /tmp/disk && DM_DISABLE_UDEV=1 dmsetup remove cut")
    pi.switchOff()

    let writeLog = try WriteLog(try Data(contentsOf: log, options: .alwaysMapped))
    let promises = writeLog.entries.enumerated().compactMap { index, entry -> Promise? in
      guard let match = entry.mark?.firstMatch(of: /durable=(\d+),accepted=(\d+)/) else {
        return nil
      }
      return Promise(entry: index, durable: Int(match.1) ?? 0, accepted: Int(match.2) ?? 0)
    }
    return CutRecording(disk: Array(blank), log: writeLog, promises: promises, arrivals: arrivals)
  }

  /// A gateway that does not make durable what it calls so.
  private static func liar(in pi: VirtualPi) async throws -> String {
    try await pi.run("cc -shared -fPIC -o liar.so $ROOT/Tests/Rig/Guest/liar.c")
    return "env LD_PRELOAD=\(pi.file("liar.so").path) \(Kernel.godwit)"
  }

  /// What was promised before a cut at `entry`; nil where nothing was yet.
  func promise(at entry: Int) -> Promise? {
    promises.last { $0.entry < entry }
  }

  /// Moments for cuts: right before and after a flush or a forced write, and in between, with and
  /// without a disk that has a cache; in order.
  func cuts(_ count: Int, seed: UInt64) -> [PowerCut] {
    guard let last = promises.last?.entry else { return [] }
    var random = SplitMix64(seed: seed)
    let barriers = log.entries[..<last].indices.filter {
      !log.entries[$0].flags.isDisjoint(with: [.flush, .durable])
    }
    return (0..<count).map { number in
      let entry: Int
      if number % 3 == 0, let barrier = barriers.randomElement(using: &random) {
        entry = barrier + (Bool.random(using: &random) ? 0 : 1)
      } else {
        entry = Int.random(in: 0...last, using: &random)
      }
      return PowerCut(entry: entry, cache: number % 2 == 0 ? nil : random.next())
    }.sorted { $0.entry < $1.entry }
  }
}
