internal import CLinux

/// The words of the command line, taken apart by getopt_long(3).
public enum CommandLineArguments {
  /// Every word as the program was started with it, its own name first.
  public static var words: [String] {
    guard let argv = clinux_argv() else { return [] }
    return (0..<Int(clinux_argc())).compactMap { index in
      argv[index].map { String(cString: $0) }
    }
  }

  /// An option that a command knows: `--name`, or `--name VALUE`.
  public struct Option<ID: Equatable> {
    let id: ID
    let name: StaticString
    let takesValue: Bool

    /// An option by its long name, without the dashes, and by what the program calls it.
    public init(_ id: ID, _ name: StaticString, takesValue: Bool = true) {
      self.id = id
      self.name = name
      self.takesValue = takesValue
    }
  }

  /// What the user gave.
  public struct Parsed<ID: Equatable> {
    /// The options with their values, in the order given; a value is empty where there is none.
    public fileprivate(set) var options: [(id: ID, value: String)] = []
    /// The words that are neither options nor their values.
    public fileprivate(set) var operands: [String] = []
  }

  /// What is wrong with a command line.
  public enum UsageError: Error, Equatable, Sendable {
    /// There is no such option; the word as the user wrote it.
    case unknownOption(String)
    /// The option needs a value; the word as the user wrote it.
    case missingValue(String)

    /// One line for the user.
    public var text: String {
      switch self {
      case .unknownOption(let word): "unknown option '\(word)'"
      case .missingValue(let word): "option '\(word)' needs a value"
      }
    }
  }

  /// Takes `words` apart; the first is the command's name and not looked at.
  ///
  /// Long options may be shortened as far as they stay unique, and take their value after `=` or
  /// as the next word. `--` ends the options. To be called by one thread only: getopt(3) keeps its
  /// place in global variables.
  public static func parse<ID: Equatable>(
    _ words: [String], options known: [Option<ID>]
  ) throws(UsageError) -> Parsed<ID> {
    var argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    defer { for pointer in argv { free(pointer) } }
    argv.append(nil)

    var descriptions = known.enumerated().map { index, known in
      option(
        name: UnsafeRawPointer(known.name.utf8Start).assumingMemoryBound(to: CChar.self),
        has_arg: known.takesValue ? required_argument : no_argument, flag: nil,
        val: firstValue + Int32(index))
    }
    descriptions.append(option())

    var parsed = Parsed<ID>()
    var isFirst = true
    var position = 1
    while true {
      // ":" tells a missing value apart from an unknown option.
      let found = clinux_next_option(
        Int32(words.count), &argv, ":", descriptions, isFirst ? 1 : 0)
      isFirst = false
      switch found.value {
      case -1:
        parsed.operands = argv[Int(found.next)...].compactMap { $0.map { String(cString: $0) } }
        return parsed
      case Int32(UInt8(ascii: ":")):
        throw .missingValue(word(argv, before: found.next, from: position))
      case Int32(UInt8(ascii: "?")):
        throw .unknownOption(word(argv, before: found.next, from: position))
      default:
        let value = found.argument.map { String(cString: $0) } ?? ""
        parsed.options.append((known[Int(found.value - firstValue)].id, value))
      }
      position = Int(found.next)
    }
  }

  /// Above all characters, so that no long option looks like a short one.
  private static let firstValue: Int32 = 256

  /// The word that getopt complains of. It steps over a word once all of it has been looked at,
  /// which for short options in one word may be later.
  private static func word(
    _ argv: [UnsafeMutablePointer<CChar>?], before next: Int32, from position: Int
  ) -> String {
    let index = Int(next) > position ? Int(next) - 1 : position
    return argv[index].map { String(cString: $0) } ?? ""
  }
}
