internal import System

/// What was read by `SpoolInspection.verify`.
public struct Verified: Equatable, Sendable {
  /// Segments that were read to their end.
  public internal(set) var segments = 0
  /// Records that are whole.
  public internal(set) var records: UInt64 = 0
  /// Of these, those that are still to be delivered.
  public internal(set) var queued: UInt64 = 0
  /// Bytes that were looked at.
  public internal(set) var bytes: Int64 = 0
}

extension SpoolInspection {
  /// Reads every byte of a lane, and holds it against the rules of docs/disk-format.md.
  ///
  /// Of a spool that is in use, an unfinished end is no damage, and what is deleted meanwhile is
  /// passed over.
  /// - Parameter report: called with each thing that is amiss, in the order of the files; from one
  ///   segment come no more than a hundred.
  /// - Throws: `noLane`; `system` where something may not be read.
  @inline(never)
  public func verify(
    _ lane: String, report: (Finding) -> Void
  ) throws(SpoolError) -> Verified {
    let directory = try directory(of: lane)
    let isLive = use != .free
    var (found, _, strangers) = try look(at: lane)
    try checkPosition(of: directory, hasSegments: !found.parts.isEmpty, report)
    for first in strangers {
      report(Finding(.stranger, Directory.name(ofSegment: first)))
    }
    var verified = Verified()
    var next: UInt64 = 0
    // Each turn goes over a segment, or finds that it is gone.
    while let index = found.parts.firstIndex(where: { $0.segment.first >= next }) {
      let first = found.parts[index].segment.first
      next = first + 1
      var check = SegmentCheck(found, index, isLive: isLive)
      do {
        try check.run(directory)
        if isLive, !check.findings.isEmpty {
          // It may have been thinned or deleted while it was read: looked at anew, damage is still
          // there.
          found = try look(at: lane).found
          guard let index = found.parts.firstIndex(where: { $0.segment.first == first }) else {
            continue
          }
          check = SegmentCheck(found, index, isLive: isLive)
          try check.run(directory)
        }
      } catch {
        guard isLive, error.isMissingFile else { throw error }
        found = try look(at: lane).found
        continue
      }
      for finding in check.findings { report(finding) }
      verified.segments += 1
      verified.records += check.records
      verified.queued += check.queued
      verified.bytes += check.bytes
    }
    return verified
  }

  private func checkPosition(
    of directory: Directory, hasSegments: Bool, _ report: (Finding) -> Void
  ) throws(SpoolError) {
    var whole = 0
    var damaged: [Int64] = []
    do {
      let file = try SpoolFile(
        "\(directory.path)/\(PositionFile.name)", .reading, tap: directory.tap)
      for slot in [0, PositionFile.slotDistance] {
        let bytes = try file.read(at: slot, count: PositionFile.slotSize)
        if PositionFile.decode(bytes) != nil {
          whole += 1
        } else if bytes.contains(where: { $0 != 0 }) {
          damaged.append(slot)
        }
      }
    } catch {
      guard error.isMissingFile else { throw error }
    }
    if whole == 0 {
      if hasSegments || !damaged.isEmpty { report(Finding(.positionLost, PositionFile.name)) }
      return
    }
    // In use, a slot is being written now and then; the other one counts until that is done.
    guard use == .free else { return }
    for slot in damaged {
      report(
        Finding(.slot, PositionFile.name, at: slot, length: Int64(PositionFile.slotSize)))
    }
  }
}

/// Holds one segment against the rules.
private final class SegmentCheck {
  private(set) var findings: [Finding] = []
  private(set) var records: UInt64 = 0
  private(set) var queued: UInt64 = 0
  private(set) var bytes: Int64 = 0

  private let part: Recovery.Part
  private let following: Recovery.Part?
  private let identity: UInt32
  private let settled: Settled
  private let isLive: Bool

  /// Thousands of them tell no more.
  private static let findingsMax = 100

  init(_ found: Recovery.Found, _ index: Int, isLive: Bool) {
    part = found.parts[index]
    following = index + 1 < found.parts.count ? found.parts[index + 1] : nil
    identity = found.position.identity
    settled = Settled(found.position)
    self.isLive = isLive
  }

  private var name: String { Directory.name(ofSegment: part.segment.first) }

  func run(_ directory: Directory) throws(SpoolError) {
    let file = try directory.openSegment(part.segment.first)
    bytes = try file.size()
    if part.isHeaderDamaged {
      tell(Finding(.header, name, length: Int64(SegmentHeader.size)))
    }
    let reader = SegmentReader(
      file, part.segment, identity: identity, limits: SpoolInspection.limits,
      wantsPayloads: false)
    let bound = following?.segment.first ?? RecordHeader.sequenceMax
    var told = Counts()
    var damage: Range<Int64>?
    while true {
      let previous = reader.previous
      let step =
        isLive
        ? try reader.nextOfLive(limit: bytes, below: bound)
        : try reader.next(limit: bytes, below: bound)
      switch step {
      case .damage(let range):
        damage = range
        continue
      case .record(let found):
        tell(damage, at: reader.recordOffset, previous + 1..<found.sequence - found.thinnedBefore)
        told += Counts(.thinned, found.thinnedBefore)
        records += 1
        if !settled.contains(found.sequence) { queued += 1 }
      case .passedOver(let passed):
        tell(damage, at: reader.recordOffset, previous + 1..<passed.range.lowerBound)
        told += passed.counts
      case .end:
        checkEnd(damage, reader, told)
        return
      }
      damage = nil
    }
  }

  /// What is behind the last record.
  private func checkEnd(
    _ damage: Range<Int64>?, _ reader: SegmentReader, _ told: Counts
  ) {
    guard let following else {
      if let damage, !isLive {
        tell(Finding(.tornEnd, name, at: damage.lowerBound, length: Int64(damage.count)))
      }
      return
    }
    var missing = reader.previous + 1..<following.segment.first
    if !part.isHeaderDamaged, !following.isHeaderDamaged {
      let all = following.header.before - part.header.before + part.header.own
      let behind = all.sum - min(all.sum, told.sum)
      if findings.isEmpty, damage == nil,
        all.sum < told.sum || behind > UInt64(missing.count)
      {
        tell(Finding(.account, name))
      }
      missing = missing.lowerBound..<missing.upperBound - min(behind, UInt64(missing.count))
    }
    if settled.openCount(in: missing) == 0 { missing = missing.lowerBound..<missing.lowerBound }
    tell(damage, at: reader.endOfRecords, missing)
  }

  /// Tells of bytes, and of the records that are lost by it.
  private func tell(
    _ damage: Range<Int64>?, at offset: Int64, _ missing: Range<UInt64>
  ) {
    let lost = missing.isEmpty ? nil : missing.lowerBound...missing.upperBound - 1
    if let damage {
      tell(
        Finding(
          .bytes, name, at: damage.lowerBound, length: Int64(damage.count), lost: lost))
    } else if lost != nil {
      tell(Finding(.missing, name, at: offset, lost: lost))
    }
  }

  private func tell(_ finding: Finding) {
    if findings.count < SegmentCheck.findingsMax { findings.append(finding) }
  }
}
