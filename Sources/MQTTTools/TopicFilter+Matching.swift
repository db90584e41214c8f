internal import MQTT

extension TopicFilter {
  /// Whether messages of `topic` belong to it (4.7). A wildcard in the first place does not match
  /// topics that begin with `$` [MQTT-4.7.2-1].
  func matches(_ topic: TopicName) -> Bool {
    let separator = UInt8(ascii: "/")
    let filter = encoded.utf8
    let name = topic.encoded.utf8
    if name[0] == UInt8(ascii: "$"), filter[0] != UInt8(ascii: "$") { return false }
    var place = 0
    var index = 0
    while index < filter.count {
      switch filter[index] {
      case UInt8(ascii: "#"): return true
      case UInt8(ascii: "+"):
        while place < name.count, name[place] != separator { place += 1 }
        index += 1
      case separator where place == name.count:
        // "a/#" is "a" too [MQTT-4.7.1-2].
        return index + 2 == filter.count && filter[index + 1] == UInt8(ascii: "#")
      case let byte:
        guard place < name.count, name[place] == byte else { return false }
        place += 1
        index += 1
      }
    }
    return place == name.count
  }
}
