internal import Pipeline
internal import System

/// What the tools exit with.
public enum ExitStatus: Int32 {
  /// All went well.
  case success = 0
  /// It could not be done, or not all of it.
  case failure = 1
  /// The command line or a file is wrong; nothing has been touched.
  case usage = 2
}

/// What is wrong with a command line, in words.
struct Refusal: Error {
  let text: String
  /// Whether the text begins with the file that is wrong.
  var isOfFile = false
}

/// Tells what is wrong, on standard error.
func refuse(_ tool: String, _ refusal: Refusal) -> ExitStatus {
  print(
    refusal.isOfFile ? refusal.text + "\n" : "godwit: \(tool): \(refusal.text)\n",
    to: .standardError)
  return .usage
}

/// The options and the other words of a command.
func arguments<ID: Equatable>(
  _ words: [String], _ known: [CommandLineArguments.Option<ID>]
) throws(Refusal) -> CommandLineArguments.Parsed<ID> {
  do throws(CommandLineArguments.UsageError) {
    return try CommandLineArguments.parse(
      words.map { $0 == "-v" ? "--verbose" : $0 }, options: known)
  } catch {
    throw Refusal(text: error.text)
  }
}

/// What is wrong in a file, as the tools tell it.
func ofFile<Value>(
  _ load: () throws(ConfigurationFile.LoadError) -> Value
) throws(Refusal) -> Value {
  do throws(ConfigurationFile.LoadError) {
    return try load()
  } catch {
    throw Refusal(text: error.text, isOfFile: true)
  }
}
