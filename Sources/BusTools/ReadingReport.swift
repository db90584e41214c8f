internal import Configuration
internal import Pipeline
internal import Telemetry

/// What a reading has brought, for people and for programs.
enum ReadingReport {
  /// A line a point: name, value and unit, or why there is none.
  static func table(_ reading: OneReading, isVerbose: Bool) -> String {
    let rows = reading.values.map { Row($0) }
    let nameWidth = rows.reduce(0) { max($0, $1.name.utf8.count) }
    let valueWidth = rows.reduce(0) { max($0, $1.value.utf8.count) }
    let unitWidth = rows.reduce(0) { max($0, $1.unit.utf8.count) }
    var text = ""
    for row in rows {
      text += row.name + spaces(nameWidth - row.name.utf8.count + 2)
      if row.isNumber { text += spaces(valueWidth - row.value.utf8.count) }
      text += row.value
      if !row.isNumber { text += spaces(valueWidth - row.value.utf8.count) }
      text += " " + row.unit
      if isVerbose { text += spaces(unitWidth - row.unit.utf8.count + 2) + row.raw }
      while text.utf8.last == UInt8(ascii: " ") { text.removeLast() }
      text += "\n"
    }
    return text
  }

  /// `{"device":…,"profile":…,"values":[{"name":…,"value":…,"unit":…},…]}` on one line; a point without
  /// a value has null and a `reason`.
  static func json(_ reading: OneReading, _ device: Device, isVerbose: Bool) -> String {
    var object = JSONObject()
    object.member("device", device.name)
    object.member("profile", device.profile.id)
    var list: [UInt8] = [UInt8(ascii: "[")]
    for value in reading.values {
      if list.count > 1 { list.append(UInt8(ascii: ",")) }
      var row = JSONObject()
      row.member("name", value.channel.name)
      var number: [UInt8] = []
      value.outcome.appendJSON(digits: value.channel.digits, to: &number)
      row.member("value", json: number)
      if case .missing(let reason) = value.outcome { row.member("reason", reason.name) }
      row.member("unit", value.channel.unit)
      if isVerbose { row.member("raw", value.raw) }
      list += row.closed
    }
    object.member("values", json: list + [UInt8(ascii: "]")])
    return String(decoding: object.line(), as: UTF8.self)
  }

  private struct Row {
    let name: String
    let value: String
    let unit: String
    let raw: String
    let isNumber: Bool

    init(_ value: OneReading.Value) {
      name = value.channel.name
      raw = value.raw
      var hasUnit = false
      switch value.outcome {
      case .missing(let reason): self.value = "- " + reason.name
      case .text(let text): self.value = printable(text)
      case .texts(let texts): self.value = printable(texts.joined(separator: ", "))
      case .boolean(let flag): self.value = flag ? "true" : "false"
      case .integer, .float, .double:
        var text: [UInt8] = []
        value.outcome.appendJSON(digits: value.channel.digits, to: &text)
        self.value = String(decoding: text, as: UTF8.self)
        hasUnit = true
      }
      isNumber = hasUnit
      unit = hasUnit && value.channel.unit != "none" ? value.channel.unit : ""
    }
  }

  /// A text of a device without what would steer a terminal.
  private static func printable(_ text: String) -> String {
    String(
      decoding: text.utf8.map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: "?") : $0 }, as: UTF8.self)
  }

  private static func spaces(_ count: Int) -> String {
    String(repeating: " ", count: max(0, count))
  }
}
