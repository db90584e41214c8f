internal import MQTT

extension TopicFilter {
  /// Whether messages of `topic` belong to it (4.7). A wildcard in the first place does not match
  /// topics that begin with `$` [MQTT-4.7.2-1].
  func matches(_ topic: TopicName) -> Bool {
    let separator = UInt8(ascii: "/")
    var filter = encoded.utf8[...]
    var name = topic.encoded.utf8[...]
    if name.first == UInt8(ascii: "$"), filter.first != UInt8(ascii: "$") { return false }
    while true {
      let wanted = filter.prefix { $0 != separator }
      if wanted.elementsEqual([UInt8(ascii: "#")]) { return true }
      let level = name.prefix { $0 != separator }
      guard wanted.elementsEqual([UInt8(ascii: "+")]) || wanted.elementsEqual(level) else {
        return false
      }
      filter = filter[wanted.endIndex...]
      name = name[level.endIndex...]
      if filter.isEmpty { return name.isEmpty }
      filter.removeFirst()
      // "a/#" is "a" too [MQTT-4.7.1-2].
      if name.isEmpty { return filter.elementsEqual([UInt8(ascii: "#")]) }
      name.removeFirst()
    }
  }
}
