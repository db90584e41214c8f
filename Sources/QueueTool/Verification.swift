internal import Spool

/// `verify`: reads every byte and tells what is damaged.
struct Verification {
  private let inspection: SpoolInspection
  private let lanes: [String]
  private let printer: Printer

  init(_ inspection: SpoolInspection, _ lanes: [String], _ printer: Printer) {
    self.inspection = inspection
    self.lanes = lanes
    self.printer = printer
  }

  func run() throws(SpoolError) -> QueueTool.ExitStatus {
    var count: UInt64 = 0
    for lane in lanes {
      let verified = try inspection.verify(lane) { finding in
        count += 1
        printer.text(Verification.line(lane, finding))
      }
      printer.text([
        lane, ": ", records(verified.records), " whole, ", grouped(verified.queued),
        " of them queued, in ",
        counted(UInt64(verified.segments), "segment", "segments"), " of ", size(verified.bytes),
        "\n",
      ])
      let badFiles = try inspection.inspect(lane).badFiles
      if !badFiles.isEmpty {
        printer.text([
          lane, ": ", counted(UInt64(badFiles.count), "file", "files"),
          " set aside earlier (.bad); 'godwit queue requeue --bad' takes what is whole in them\n",
        ])
      }
    }
    printer.text(
      count == 0
        ? ["no damage found\n"]
        : [counted(count, "thing is", "things are"), " amiss\n"])
    return count == 0 ? .success : .failure
  }

  private static func line(_ lane: String, _ finding: Finding) -> [String] {
    var pieces = [lane, "/", finding.file, ": "]
    if finding.length > 0 {
      pieces += [
        "offset ", decimal(finding.offset), ", ", decimal(finding.length), " bytes: ",
      ]
    } else if finding.kind == .missing {
      pieces += ["offset ", decimal(finding.offset), ": "]
    }
    pieces.append(finding.text)
    if let lost = finding.lost {
      let first = decimal(Int64(clamping: lost.lowerBound))
      pieces += [
        ", ", records(lost.upperBound - lost.lowerBound + 1), " lost: ", first,
      ]
      if lost.count > 1 { pieces += [" to ", decimal(Int64(clamping: lost.upperBound))] }
    }
    return pieces + ["\n"]
  }
}
