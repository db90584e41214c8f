internal import MQTT
internal import System

extension OptionReader {
  /// The value as a whole number of `range`.
  @inline(never)
  func number(_ lowest: Int64, _ highest: Int64) throws(UsageError) -> Int64 {
    guard let number = wholeNumber(value), number >= lowest, number <= highest else {
      throw invalid(joined("a number from ", decimal(lowest), " to ", decimal(highest)))
    }
    return number
  }

  /// The value as a quality of service.
  @inline(never)
  func qos() throws(UsageError) -> QoS {
    guard let number = wholeNumber(value), let byte = UInt8(exactly: number),
      let qos = QoS(rawValue: byte)
    else { throw invalid("0, 1 or 2") }
    return qos
  }

  /// The value as the name that messages are published under.
  @inline(never)
  func topicName() throws(UsageError) -> TopicName {
    do {
      return try TopicName(value)
    } catch {
      throw invalid(joined("a topic name: ", error.text))
    }
  }

  /// The value as a filter of topics.
  @inline(never)
  func topicFilter() throws(UsageError) -> TopicFilter {
    do {
      return try TopicFilter(value)
    } catch {
      throw invalid(joined("a topic filter: ", error.text))
    }
  }

  /// The value as a number of seconds with decimals.
  func seconds() throws(UsageError) -> Duration {
    // Eleven days; a pause that is longer is a mistake.
    guard let seconds = Double(value), seconds >= 0, seconds <= 1e6 else {
      throw invalid("seconds from 0 to 1000000")
    }
    return .milliseconds(Int64(seconds * 1e3))
  }

  /// The value as bytes that a length of two bytes can tell.
  func shortBytes() throws(UsageError) -> [UInt8] {
    let bytes = Array(value.utf8)
    guard bytes.count <= EncodedString.lengthMax else { throw invalid("at most 65535 bytes") }
    return bytes
  }

  /// The first line of the file that the value names, for secrets that are not to be seen in the
  /// list of processes.
  @inline(never)
  func secretFromFile() throws(UsageError) -> [UInt8] {
    let content: [UInt8]
    do {
      content = try Files.read(value, limit: EncodedString.lengthMax)
    } catch {
      throw .unreadable(word, value, error)
    }
    var line = content.prefix { $0 != UInt8(ascii: "\n") }
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    return Array(line)
  }
}
