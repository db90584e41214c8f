import Foundation
import TestSupport
import Testing

/// A virtual Pi on which disks are examined that a power cut has left.
final class CutBench {
  /// What was looked at.
  struct Summary: CustomStringConvertible {
    var cuts = 0
    /// Cuts with something queued.
    var withQueue = 0
    /// Cuts which took back records that were accepted and not yet durable.
    var torn = 0
    /// Cuts which took back records that were called durable.
    var broken = 0
    var promised = 0
    var redelivered = 0
    /// Cuts in the middle of a record.
    var tornEnds = 0

    var description: String {
      "\(cuts) cuts, \(withQueue) with a queue, \(torn) took back what was not promised, "
        + "\(tornEnds) tore a record; \(promised) records promised, "
        + "\(redelivered) delivered after them"
    }
  }

  private(set) var summary = Summary()
  private let recording: CutRecording
  private var disk: CutDisk
  private let pi: VirtualPi
  private let site: Site
  /// Of the record, by id; of later gateways, too, as they come.
  private var payloads: [String: String] = [:]
  private let originalReadings: Set<Substring>
  /// The random part of the ids of the record.
  private let run: Substring

  init(_ recording: CutRecording) async throws {
    self.recording = recording
    disk = CutDisk(recording.disk, recording.log)
    run = recording.arrivals.first?.id.prefix(16) ?? ""
    originalReadings = Set(recording.arrivals.map { CutBench.readings($0.payload) })
    for arrival in recording.arrivals { payloads[arrival.id] = arrival.payload }
    pi = try await VirtualPi()
    site = try await Site(in: pi)
    try await site.startSimulatedMeter()
    try site.configure(
      bus: "modbus-tcp: 127.0.0.1, port: 1502",
      device: "every: 100 ms, batch: 0 s, points: [power]",
      queue: "path: /tmp/disk/queue, max-size: 2 MiB, durability: each record")
  }

  private static func readings(_ payload: String) -> Substring {
    payload.range(of: "\"readings\":").map { payload[$0.lowerBound...] } ?? ""
  }

  /// Makes the disk as the cut leaves it, lets the Pi look at it, and judges.
  func examine(_ cut: PowerCut) async throws {
    summary.cuts += 1
    let image = pi.file("image-\(summary.cuts)")
    let folder = pi.file("cut-\(summary.cuts)")
    try SparseFile.write(disk.image(at: cut), to: image)
    let offset = try FileHandle(forReadingFrom: site.arrivalsFile).seekToEnd()
    try await pi.run(
      """
      $ROOT/Tests/Rig/Guest/examine-cut \(image.path) \(folder.path) \(Kernel.godwit) godwit.yaml
      rm -f \(image.path)
      """, within: .seconds(60))
    func answer(_ name: String) -> String {
      (try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)) ?? ""
    }
    let place: Comment =
      "cut at entry \(cut.entry) of \(recording.log.entries.count), cache \(String(describing: cut.cache))"
    #expect(answer("failed") == "", place)

    // What is there.
    let promise = recording.promise(at: cut.entry)
    let durable = promise?.durable ?? 0
    let before = Ledger(answer("status"))
    #expect(before.isBalanced, place)
    let queued = answer("queued").split(separator: "\n").compactMap { line -> (String, String)? in
      guard let start = line.range(of: "\"payload\":") else { return nil }
      let payload = String(line[start.upperBound...].dropLast())
      return (Arrival.id(of: payload), payload)
    }
    // `status` has a torn end for one record that may have been sent.
    let hasTornEnd = answer("verify").contains("a torn end")
    #expect(queued.count <= before.queued && (hasTornEnd || queued.count == before.queued), place)
    for (id, payload) in queued { #expect(payloads[id] == payload, place) }
    let ids = Set(queued.map(\.0))
    #expect(ids.count == queued.count, place)
    let settled = (0..<durable).map { "\(run)-\($0 + 1)" }.filter { !ids.contains($0) }
    if settled.count > before.acknowledged { summary.broken += 1 }
    // A record that is not there any more was acknowledged, and so had arrived.
    #expect(
      settled.count <= before.acknowledged,
      "promised records are gone: of \(durable) \(settled.count), acknowledged \(before.acknowledged); \(place)"
    )
    for id in settled { #expect(payloads[id] != nil, place) }

    // What comes of it.
    var arrivals: [Arrival] = []
    let isDelivered = try await eventually(within: .seconds(5)) {
      arrivals = try site.arrivals(from: offset)
      return ids.isSubset(of: Set(arrivals.map(\.id)))
    }
    #expect(isDelivered, place)
    for arrival in arrivals {
      #expect(payloads[arrival.id, default: arrival.payload] == arrival.payload, place)
      payloads[arrival.id] = arrival.payload
      guard !arrival.id.hasPrefix(run) else { continue }
      #expect(!originalReadings.contains(Self.readings(arrival.payload)), place)
    }
    let after = Ledger(answer("status-after"))
    #expect(after.isBalanced && after.queued == 0, place)
    #expect(after.accepted >= before.accepted, place)
    #expect(answer("verify-status-after") == "0\n", "\(answer("verify-after")) \(place)")

    if !queued.isEmpty { summary.withQueue += 1 }
    if before.last < promise?.accepted ?? 0 { summary.torn += 1 }
    summary.promised += durable
    summary.redelivered += arrivals.count
    if hasTornEnd { summary.tornEnds += 1 }
    #expect(
      answer("verify-status") == "0\n" || hasTornEnd || durable == 0, "\(answer("verify")) \(place)"
    )
  }

  /// The account of the lane of telemetry, by `godwit queue status --json`; zeros where there is none.
  private struct Ledger {
    var accepted = 0
    var acknowledged = 0
    var dropped = 0
    var queued = 0
    var last = 0

    init(_ text: String) {
      guard
        let json = (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: Any],
        let lanes = json["lanes"] as? [[String: Any]],
        let lane = lanes.first(where: { $0["name"] as? String == "telemetry" })
      else { return }
      accepted = lane["accepted"] as? Int ?? -1
      acknowledged = lane["acknowledged"] as? Int ?? -1
      dropped = (lane["dropped"] as? [String: Int])?.values.reduce(0, +) ?? -1
      queued = lane["queued"] as? Int ?? -1
      last = lane["last"] as? Int ?? -1
    }

    var isBalanced: Bool { accepted == acknowledged + dropped + queued }
  }
}
