internal import Pipeline
internal import System

/// `godwit init`: asks a few questions and writes a configuration to begin with.
public enum InitTool {
  private enum Option {
    case gateway, broker, username, passwordFile, output, profiles, scan, noScan, yes, force, help
  }

  private struct Request {
    var answers = InitDialogue.Answers()
    var passwordFile = ""
    var output = ConfigurationFile.standardPath
    var profiles: [String] = []
    var takesUsual = false
    var mayReplace = false
  }

  /// Runs the tool with its words, the command's name first.
  public static func run(_ words: [String]) -> ExitStatus {
    do throws(Refusal) {
      guard var request = try parse(words) else {
        print("\(help)", to: .standardOutput)
        return .success
      }
      let file = InitFile(path: request.output, mayReplace: request.mayReplace)
      if let problem = file.problem { throw Refusal(text: problem) }
      if request.takesUsual { takeUsual(&request.answers) }
      guard let answers = try ask(request.answers) else { return .failure }
      return write(answers, request, file)
    } catch {
      return refuse("init", error)
    }
  }

  /// - Returns: nil where help is wanted.
  private static func parse(_ words: [String]) throws(Refusal) -> Request? {
    var request = Request()
    let parsed = try arguments(
      words,
      [
        .init(Option.gateway, "gateway"), .init(.broker, "broker"), .init(.username, "username"),
        .init(.passwordFile, "password-file"), .init(.output, "output"),
        .init(.profiles, "profiles"), .init(.scan, "scan", takesValue: false),
        .init(.noScan, "no-scan", takesValue: false), .init(.yes, "yes", takesValue: false),
        .init(.force, "force", takesValue: false), .init(.help, "help", takesValue: false),
      ])
    for (option, value) in parsed.options {
      if let problem = InitDialogue.problem(Array(value.utf8)) { throw Refusal(text: problem) }
      switch option {
      case .gateway:
        if let problem = InitText.problem(gateway: value) { throw Refusal(text: problem) }
        request.answers.gateway = value
      case .broker:
        if let problem = InitText.problem(broker: value) { throw Refusal(text: problem) }
        request.answers.broker = value
      case .username: request.answers.username = value
      case .passwordFile: (request.passwordFile, request.answers.password) = (value, "")
      case .output: request.output = value
      case .profiles: request.profiles.append(value)
      case .scan: (request.answers.wantsScan, request.answers.wantsSerial) = (true, false)
      case .noScan: (request.answers.wantsScan, request.answers.wantsSerial) = (false, false)
      case .yes: request.takesUsual = true
      case .force: request.mayReplace = true
      case .help: return nil
      }
    }
    if let word = parsed.operands.first { throw Refusal(text: "unexpected word '\(word)'") }
    if !request.passwordFile.isEmpty, request.answers.username ?? "" == "" {
      throw Refusal(text: "--password-file without --username, expected both or none")
    }
    return request
  }

  /// What nobody is asked for: without consent nothing is looked for.
  private static func takeUsual(_ answers: inout InitDialogue.Answers) {
    answers.gateway = answers.gateway ?? MachineScan.hostName
    answers.broker = answers.broker ?? InitDialogue.brokerUsual
    answers.username = answers.username ?? ""
    answers.password = answers.password ?? ""
    answers.wantsScan = answers.wantsScan ?? false
    answers.wantsSerial = answers.wantsSerial ?? false
  }

  /// - Returns: nil where no answer came that can be taken.
  private static func ask(
    _ answers: InitDialogue.Answers
  ) throws(Refusal) -> InitDialogue.Answers? {
    var dialogue = InitDialogue(answers, gatewayUsual: MachineScan.hostName)
    guard dialogue.question == nil || Terminal.isThere else {
      throw Refusal(text: "there is no terminal to ask at, expected --yes or all options")
    }
    while let question = dialogue.question {
      print(dialogue.text(of: question), to: .standardOutput)
      var line = question == .password ? Terminal.readHiddenLine() : Terminal.readLine()
      if question == .password { print("\n", to: .standardOutput) }
      if line?.last == UInt8(ascii: "\n") { line?.removeLast() }
      switch dialogue.take(line) {
      case .taken: break
      case .again(let problem): print("\(problem)\n", to: .standardOutput)
      case .givenUp(let problem):
        print("godwit: init: \(problem)\n", to: .standardError)
        return nil
      }
    }
    return dialogue.answers
  }

  private static func write(
    _ answers: InitDialogue.Answers, _ request: Request, _ file: InitFile
  ) -> ExitStatus {
    var text = InitText(gateway: answers.gateway ?? "", broker: answers.broker ?? "")
    text.username = answers.username ?? ""
    text.passwordFile = request.passwordFile.isEmpty ? "" : InitFile.whole(request.passwordFile)
    let password = answers.password ?? ""
    if !password.isEmpty { text.passwordFile = file.passwordFile }
    if answers.wantsScan == true {
      (text.buses, text.devices) = MachineScan.findings(
        request.profiles, searchesSerial: answers.wantsSerial == true)
    }
    do throws(Refusal) {
      try file.write(text, password: Array(password.utf8), profiles: request.profiles)
    } catch {
      print("godwit: init: \(error.text)\n", to: .standardError)
      return .failure
    }
    let next =
      request.output == ConfigurationFile.standardPath
      ? "sudo systemctl restart godwit; then godwit status"
      : "godwit run --config \(request.output)"
    print("wrote \(request.output); look at it, and then: \(next)\n", to: .standardOutput)
    return .success
  }

  private static let help: StaticString = """
    Usage: godwit init [OPTION]...

    Asks a few questions and writes a configuration with comments, which 'godwit check' accepts. What
    an option tells is not asked. Without a terminal all must be told, or --yes.

      --gateway NAME        the gateway's name; by default the machine's
      --broker URL          by default mqtt://127.0.0.1
      --username NAME       for the broker; empty for none
      --password-file FILE  the file that has the password. One that is typed goes to the file
                            mqtt-password beside the configuration
      --output FILE         by default /etc/godwit/godwit.yaml
      --scan, --no-scan     look for I2C devices, GPIO chips and sensors of the kernel, or do not. Serial
                            lines are searched only where somebody says yes at the terminal
      --profiles FOLDER     look for device profiles here first; may be repeated
      --yes                 take the defaults and ask nothing
      --force               replace FILE, and keep the old one as FILE.bak
      --help                this text

    Exit status: 0 done, 1 nothing was written, 2 wrong command line, or FILE is there already.

    """
}
