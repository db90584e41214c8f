import CLinux
import System

/// Any bytes as the files of a spool's directory. It must open, hand out what it has, take more, close
/// and open again; nothing that is handed out may be out of order, and the books must balance.
///
/// The input is a list of files: a byte that says which, two bytes of length, and so many bytes. Bit 7
/// of the first byte has the checksums put right, or hardly any input would get past them.
@_cdecl("LLVMFuzzerTestOneInput")
public func recoverAnything(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let start, count > 3 else { return 0 }
  let input = Array(UnsafeBufferPointer(start: start, count: count))
  let directory = "/dev/shm/godwit-fuzz-\(getpid())"
  let lane = directory + "/lane"
  do {
    clear(directory)
    try Files.makeDirectory(directory)
    try Files.makeDirectory(lane)
    var place = 0
    while place + 3 <= input.count {
      let kind = input[place]
      let size = min(Int(input[place + 1]) | Int(input[place + 2]) << 8, input.count - place - 3)
      var bytes = Array(input[place + 3..<place + 3 + size])
      place += 3 + size
      if kind & 0x80 != 0 { mend(&bytes, isPosition: kind & 0x7F == 0) }
      let file = try FileDescriptor(
        opening: lane + "/" + name(kind & 0x7F), [.readWrite, .create, .truncate])
      try bytes.withUnsafeBufferPointer { (bytes) throws(Errno) in
        try file.write(UnsafeRawBufferPointer(bytes), at: 0)
      }
    }
  } catch {
    preconditionFailure("the harness cannot write: \(error.text)")
  }
  do {
    let first = use(directory, durability: .eachRecord)
    let second = use(directory, durability: .spill(after: .seconds(1)))
    // Where a lie with a right checksum has come near the last number, they end.
    if let first, let second, first < RecordHeader.sequenceMax / 2 {
      require(second > first, "a sequence is given again")
    }
  }
  clear(directory)
  return 0
}

/// Opens the spool, drains it, acknowledges every second record, appends one and closes.
private func use(_ directory: String, durability: Spool.Durability) -> UInt64? {
  let options = Spool.Options(
    lanes: [Spool.LaneOptions(name: "lane", ageMax: .seconds(60), whenFull: .thin)],
    durability: durability, recordBytesMax: 1_024)
  do throws(SpoolError) {
    let spool = try Spool(
      directory: directory, options: options, tap: nil, now: .zero,
      adjust: {
        $0.segmentBytes = 1_024
        $0.bytes = 16_384
      })
    check(spool)
    var previous: UInt64 = 0
    while let record = spool.next(now: .zero) {
      require(record.id.sequence > previous, "out of order")
      previous = record.id.sequence
      if previous % 2 == 0 { spool.acknowledge(record.id, now: .zero) }
    }
    check(spool)
    let stamp = Spool.Stamp(
      bootID: Spool.BootID(high: 1, low: 2), sinceBoot: .zero, wall: 0, isSynchronized: true)
    var sequence: UInt64?
    do throws(SpoolError) {
      let given = try spool.append([1, 2, 3], lane: 0, stamp: stamp, now: .zero).sequence
      require(given > previous, "given before")
      sequence = given
    } catch {
      require(error == .full, "cannot append")
    }
    spool.rewind()
    spool.work(now: .seconds(100))
    check(spool)
    spool.close()
    check(spool)
    return sequence
  } catch {
    preconditionFailure(error.text)
  }
}

/// A promise of the spool; the text is seen in an optimized program, too.
private func require(_ condition: Bool, _ text: String) {
  if condition { return }
  print(text)
  preconditionFailure(text)
}

private func check(_ spool: Spool) {
  for lane in spool.status.lanes {
    // Where the last number is reached there is no room for more, whoever wrote it.
    require(lane.ledger.isBalanced || lane.last >= RecordHeader.sequenceMax, "no balance")
  }
}

/// The files that a lane may have; the segments are near each other, and at the ends of what a
/// sequence may be.
private func name(_ kind: UInt8) -> String {
  switch kind {
  case 0: "position"
  case 1: "unfinished"
  case 2: Directory.name(ofSegment: 0)
  case 3: Directory.name(ofSegment: 1 << 62)
  case 4: Directory.name(ofSegment: .max)
  default: Directory.name(ofSegment: UInt64(kind - 4))
  }
}

/// Puts right what a checksum is for, by the format's own rules.
private func mend(_ bytes: inout [UInt8], isPosition: Bool) {
  func seal(_ range: Range<Int>, at offset: Int) {
    let sum = bytes.withUnsafeBytes {
      CRC32C.checksum(UnsafeRawBufferPointer(rebasing: $0[range]))
    }
    bytes.store(sum, at: offset)
  }
  if isPosition {
    if bytes.count >= 512 { seal(0..<508, at: 508) }
    if bytes.count >= 4_608 { seal(4_096..<4_604, at: 4_604) }
    return
  }
  guard bytes.count >= SegmentHeader.size else { return }
  seal(0..<252, at: 252)
  let identity = bytes.withUnsafeBytes { $0.littleEndian(UInt32.self, at: 12) }
  var offset = SegmentHeader.size
  while offset + RecordHeader.size <= bytes.count {
    let header = bytes.withUnsafeBytes { RecordHeader($0, at: offset) }
    let end = offset + RecordHeader.size + Int(header.payloadCount)
    guard end <= bytes.count else { return }
    let sum = bytes.withUnsafeBytes {
      RecordHeader.checksum(identity, UnsafeRawBufferPointer(rebasing: $0[offset..<end]))
    }
    bytes.store(sum, at: offset)
    offset += Int(header.recordSize)
  }
}

private func clear(_ directory: String) {
  for folder in [directory + "/lane", directory] {
    let names = (try? Files.names(in: folder, limit: 1_000)) ?? []
    for name in names { try? Files.remove(folder + "/" + name) }
    rmdir(folder)
  }
}
