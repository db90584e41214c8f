internal import Pipeline
internal import Spool
internal import System

/// `godwit queue`: looks into the queue of a gateway and mends it.
public enum QueueTool {
  /// Runs the tool.
  /// - Parameter words: the words of the command line, from `queue` on.
  /// - Returns: what the process exits with: 0 done, 1 it could not be done or there is damage, 2 the
  ///   command line is wrong or there is no queue.
  public static func run(_ words: [String]) -> Int32 {
    let printer = Printer()
    let status = run(words, printer)
    printer.flush()
    // Nobody reads any more: that is how a pipe ends, and no failure.
    if let failure = printer.failure, failure != .brokenPipe {
      tell(["cannot write: ", failure.text])
      return ExitStatus.failure.rawValue
    }
    return status.rawValue
  }

  /// How it ends.
  enum ExitStatus: Int32 {
    case success = 0
    case failure = 1
    case usage = 2
  }

  private static func run(_ words: [String], _ printer: Printer) -> ExitStatus {
    let options: QueueOptions
    do throws(Refusal) {
      options = try QueueOptions(words)
    } catch {
      tell([error.text])
      return .usage
    }
    if options.wantsHelp {
      printer.text("\(help)")
      return .success
    }
    do throws(SpoolError) {
      let place: QueuePlace
      do throws(Refusal) {
        place = try QueuePlace(options)
      } catch {
        // It names the file itself, or the line begins with the program's name.
        print(joined([error.text, "\n"]), to: .standardError)
        return .usage
      }
      return try run(options, place, printer)
    } catch {
      switch error {
      case .noSpool:
        let isGuess = options.config == nil && options.queue == nil
        tell([error.text, isGuess ? "; --config or --queue tells another one" : ""])
        return .usage
      case .noLane:
        tell([error.text])
        return .usage
      case .inUse:
        tell([error.text, "; stop the gateway first"])
      default:
        tell([error.text])
      }
      return .failure
    }
  }

  private static func run(
    _ options: QueueOptions, _ place: QueuePlace, _ printer: Printer
  ) throws(SpoolError) -> ExitStatus {
    let job = QueueJob(options: options, place: place, printer: printer)
    switch options.subcommand {
    case .requeue: return try Requeue(job).run()
    case .purge: return try Purge(job).run()
    case .status, .ls, .peek, .export, .verify: break
    }
    let inspection = try SpoolInspection(directory: place.directory)
    let lanes = try options.lanes(of: inspection)
    switch options.subcommand {
    case .status: try StatusReport(job, inspection, lanes).run()
    case .ls, .export: try Listing(job, inspection, lanes).run()
    case .peek: return try Peek(job, inspection).run()
    case .verify: return try Verification(inspection, lanes, printer).run()
    case .requeue, .purge: break
    }
    return .success
  }

  /// Tells what is wrong, on standard error.
  static func tell(_ pieces: [String]) {
    print(joined(["godwit: queue: "] + pieces + ["\n"]), to: .standardError)
  }

  private static let help: StaticString = """
    Usage: godwit queue [SUBCOMMAND] [OPTION]...

    Looks into the queue of a gateway, whether it runs or not, and mends it when it is stopped.

      status             what is queued, what became of the rest, how long an outage may last
      ls                 a line a record: name, time, bytes, topic; ? behind a time means that the
                         clock was not set
      peek [NAME]        the payload of a record as it would be sent, by default of the oldest
      export             the records as JSON lines
      verify             read every byte and tell what is damaged
      requeue            deliver again what was acknowledged and is still on disk
      purge              drop what is queued

      --config FILE      the gateway's configuration, which tells the directory and its limits
      --queue DIRECTORY  the directory itself; without the two /var/lib/godwit
      --lane NAME        this lane only
      --json             status, ls: as JSON
      --limit NUMBER     ls, export: so many records at most
      --all              ls, peek, export: also what was acknowledged or dropped and is still on disk;
                         requeue: all that is still on disk
      --from WHEN        ls, export, requeue: from this record on
      --to WHEN          ls, export: up to this record
      --since TIME       requeue: from this time on
      --bad              requeue: what is whole in the files that were set aside (.bad)
      --before WHEN      purge: only what is older
      --yes              purge: do not ask
      --raw              peek: the record's own bytes
      --help             this text

    NAME is LANE/SEQUENCE, or a sequence. WHEN is a sequence or a TIME, and TIME is 2026-11-23T07:46Z
    or the like, or so long ago: '2 h', 90s.

    Exit status: 0 done, 1 failed, or verify has found damage, 2 wrong command line, or no queue.

    """
}
