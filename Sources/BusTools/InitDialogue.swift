internal import Configuration

/// What `godwit init` asks, one question after the other; pure: lines come in, replies go out.
struct InitDialogue {
  /// What can be asked, in this order.
  enum Question: Int, CaseIterable, Sendable {
    case gateway, broker, username, password, scan, serial
  }

  /// What is to be told to the person.
  enum Reply: Equatable, Sendable {
    /// The answer is taken.
    case taken
    /// It is not, and the question comes again.
    case again(String)
    /// It is not, and nothing more is asked.
    case givenUp(String)
  }

  /// What has been answered, or told on the command line.
  struct Answers: Equatable, Sendable {
    var gateway: String?
    var broker: String?
    /// Empty for none.
    var username: String?
    /// Empty for none.
    var password: String?
    var wantsScan: Bool?
    var wantsSerial: Bool?
  }

  /// Who has not found the answer by then wants to look something up.
  static let attemptsMax = 5
  /// Longer than any name, URL or password that a person types.
  static let lineMax = 1_024
  static let brokerUsual = "mqtt://127.0.0.1"

  private(set) var answers: Answers
  private let gatewayUsual: String
  private var attempts = 0

  /// - Parameter answers: what is known already and not asked.
  init(_ answers: Answers, gatewayUsual: String) {
    self.answers = answers
    self.gatewayUsual = gatewayUsual
  }

  /// What is asked now; nil where all is known.
  var question: Question? { Question.allCases.first { !isKnown($0) } }

  private func isKnown(_ question: Question) -> Bool {
    switch question {
    case .gateway: answers.gateway != nil
    case .broker: answers.broker != nil
    case .username: answers.username != nil
    case .password: answers.password != nil || answers.username?.isEmpty ?? true
    case .scan: answers.wantsScan != nil
    case .serial: answers.wantsSerial != nil || answers.wantsScan != true
    }
  }

  /// The words of the question.
  func text(of question: Question) -> String {
    switch question {
    case .gateway: "The gateway's name [" + gatewayUsual + "]: "
    case .broker: "The broker's URL (mqtt, mqtts, ws or wss) [" + InitDialogue.brokerUsual + "]: "
    case .username: "The user name at the broker [none]: "
    case .password: "The password (it is not shown): "
    case .scan: "Look for I2C devices, GPIO chips and the kernel's sensors? [yes]: "
    case .serial:
      "Look for Modbus devices on serial ports, too? That sends requests on these lines and takes"
        + " up to a minute for each. [no]: "
    }
  }

  /// Takes what was typed.
  /// - Parameter line: without its end; nil where the input has ended.
  mutating func take(_ line: [UInt8]?) -> Reply {
    guard let line else { return .givenUp("the input has ended, and nothing is written") }
    guard let question else { return .taken }
    if let problem = InitDialogue.problem(line) ?? set(line, question) {
      attempts += 1
      if attempts >= InitDialogue.attemptsMax {
        return .givenUp(problem + "; that is enough, and nothing is written")
      }
      return .again(problem)
    }
    attempts = 0
    return .taken
  }

  /// What is wrong with any answer; nil where nothing is.
  static func problem(_ line: [UInt8]) -> String? {
    if line.count > lineMax { return "that is too long" }
    if line.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
      return "there are control characters in it"
    }
    return Array(String(decoding: line, as: UTF8.self).utf8) == line ? nil : "that is no UTF-8 text"
  }

  /// Sets an answer.
  /// - Returns: what is wrong with it.
  private mutating func set(_ line: [UInt8], _ question: Question) -> String? {
    var bytes = line[...]
    if question != .password {
      while bytes.first == UInt8(ascii: " ") { bytes = bytes.dropFirst() }
      while bytes.last == UInt8(ascii: " ") { bytes = bytes.dropLast() }
    }
    let text = String(decoding: bytes, as: UTF8.self)
    switch question {
    case .gateway:
      let name = text.isEmpty ? gatewayUsual : text
      if let problem = InitText.problem(gateway: name) { return problem }
      answers.gateway = name
    case .broker:
      let url = text.isEmpty ? InitDialogue.brokerUsual : text
      if let problem = InitText.problem(broker: url) { return problem }
      answers.broker = url
    case .username: answers.username = text
    case .password: answers.password = text
    case .scan, .serial:
      guard let choice = InitDialogue.choice(text, usual: question == .scan) else {
        return "expected yes or no"
      }
      if question == .scan { answers.wantsScan = choice } else { answers.wantsSerial = choice }
    }
    return nil
  }

  private static func choice(_ text: String, usual: Bool) -> Bool? {
    switch text {
    case "": usual
    case "y", "yes", "Y", "Yes", "YES": true
    case "n", "no", "N", "No", "NO": false
    default: nil
    }
  }
}
