internal import Configuration
internal import System

/// `godwit status`: shows how a running gateway does.
public enum StatusTool {
  /// Runs the tool.
  /// - Parameter words: the words of the command line, from `status` on.
  /// - Returns: what the process exits with: 0 done, 1 there is no answer, 2 the command line or the
  ///   configuration is wrong.
  public static func run(_ words: [String]) -> Int32 {
    let options: StatusOptions
    do throws(StatusOptions.Refusal) {
      options = try StatusOptions(words)
    } catch {
      print(
        error.isOfFile ? "\(error.text)\n" : "godwit: status: \(error.text)\n", to: .standardError)
      return ExitStatus.usage.rawValue
    }
    if options.wantsHelp {
      print("\(help)", to: .standardOutput)
      return ExitStatus.success.rawValue
    }
    return show(options).rawValue
  }

  /// How it ends.
  private enum ExitStatus: Int32 {
    case success = 0
    case failure = 1
    case usage = 2
  }

  private static func show(_ options: StatusOptions) -> ExitStatus {
    let output = StandardOutput()
    let clears = options.watch != nil && options.format == .table && Terminal.isShown
    while true {
      do throws(StatusQuestion.Failure) {
        let answer = try StatusQuestion.ask(options.socket, for: options.format.path)
        do throws(Errno) {
          // Cursor to the corner, then clear to the end (ECMA-48, CUP and ED).
          try output.write((clears ? Array("\u{1B}[H\u{1B}[J".utf8) : []) + answer)
        } catch {
          // Nobody reads any more: that is how a pipe ends, and no failure.
          if error == .brokenPipe { return .success }
          print("godwit: status: cannot write: \(error.text)\n", to: .standardError)
          return .failure
        }
      } catch {
        print("godwit: status: \(error.text)\n", to: .standardError)
        // A watch outlives a restart of the gateway.
        if options.watch == nil { return .failure }
      }
      guard let pause = options.watch else { return .success }
      Clock.sleep(for: pause)
    }
  }

  private static let help: StaticString = """
    Usage: godwit status [OPTION]...

    Shows how the gateway of this machine does, without a broker.

      --socket PATH     where it answers, by default /run/godwit/status.sock
      --config FILE     the gateway's configuration, which tells the socket
      --json            all in one JSON object
      --metrics         as Prometheus reads it
      --watch [SECONDS] again and again, every 2 s or so often
      --help            this text

    The gateway's user and the group of the socket may ask.

    Exit status: 0 done, 1 no answer, 2 wrong command line or configuration.

    """
}
