internal import MQTT
internal import System

extension OptionReader.Found {
  /// The value as a whole number.
  func number(
    _ range: ClosedRange<Int64>, _ what: StaticString = "a number"
  ) throws(UsageError) -> Int64 {
    guard let number = wholeNumber(value), range.contains(number) else {
      throw invalid("\(what) from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// The value as a quality of service.
  func qos() throws(UsageError) -> QoS {
    guard let number = wholeNumber(value).flatMap({ UInt8(exactly: $0) }),
      let qos = QoS(rawValue: number)
    else { throw invalid("0, 1 or 2") }
    return qos
  }

  /// The value as the name that messages are published under.
  func topicName() throws(UsageError) -> TopicName {
    do { return try TopicName(value) } catch { throw invalid("a topic name: \(error.text)") }
  }

  /// The value as a filter of topics.
  func topicFilter() throws(UsageError) -> TopicFilter {
    do { return try TopicFilter(value) } catch { throw invalid("a topic filter: \(error.text)") }
  }

  /// The value as a number of seconds with decimals, up to some weeks.
  func seconds() throws(UsageError) -> Duration {
    guard let seconds = Double(value), seconds >= 0, seconds <= 1e6 else {
      throw invalid("seconds from 0 to 1000000")
    }
    return .microseconds(Int64(seconds * 1e6))
  }

  /// The value is not what is expected.
  func invalid(_ expected: String) -> UsageError {
    .invalid(option: word, value: value, expected: expected)
  }

  /// The first line of the file that the value names, for secrets that are not to be seen in the
  /// list of processes.
  func secretFromFile() throws(UsageError) -> [UInt8] {
    let content: [UInt8]
    do {
      content = try Files.read(value, limit: EncodedString.lengthMax)
    } catch {
      throw .unreadable(option: word, file: value, error)
    }
    var line = content.prefix { $0 != UInt8(ascii: "\n") }
    if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
    return Array(line)
  }
}

/// A decimal number with an optional minus sign; nil where it is none or has no room in 64 bits.
func wholeNumber(_ text: String) -> Int64? {
  let bytes = text.utf8
  guard !bytes.isEmpty, bytes.first != UInt8(ascii: "+") else { return nil }
  return Int64(text)
}

/// Bytes from pairs of hexadecimal digits; nil where the text is anything else.
func bytes(hexadecimal text: some Collection<UInt8>) -> [UInt8]? {
  var bytes: [UInt8] = []
  var high: UInt8?
  for character in text {
    guard let digit = hexadecimalValue(character) else { return nil }
    if let first = high {
      bytes.append(first << 4 | digit)
      high = nil
    } else {
      high = digit
    }
  }
  return high == nil ? bytes : nil
}

/// What a hexadecimal digit is worth; nil where the character is none.
func hexadecimalValue(_ character: UInt8) -> UInt8? {
  switch character {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
  default: nil
  }
}
