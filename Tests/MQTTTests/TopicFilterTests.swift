import MQTT
import Testing

/// The examples of section 4.7.1 and of 4.8.2.
@Suite struct TopicFilterTests {
  @Test(arguments: [
    "sport/tennis/player1/#", "sport/#", "#", "sport/tennis/#", "+", "+/tennis/#",
    "sport/+/player1", "/+", "+/+", "/", "//", "$SYS/#", "$SYS/monitor/+", "$share", "a b",
    "$share/consumer1/sport/tennis/+", "$share/c//finance", "$share/g/#", "$shared/x",
  ])
  func `legal filters are taken`(text: String) throws {
    #expect(try TopicFilter(text).text == text)
  }

  @Test(
    arguments: [
      ("", .emptyTopicFilter), ("sport/tennis#", .misplacedMultiLevelWildcard),
      ("sport/tennis/#/ranking", .misplacedMultiLevelWildcard),
      ("##", .misplacedMultiLevelWildcard), ("#/", .misplacedMultiLevelWildcard),
      ("sport+", .misplacedSingleLevelWildcard), ("+a/b", .misplacedSingleLevelWildcard),
      ("a/++", .misplacedSingleLevelWildcard), ("a\0", .nullCharacter),
      ("$share/", .emptyShareName), ("$share//a", .emptyShareName),
      ("$share/a+b/c", .wildcardInShareName), ("$share/#", .wildcardInShareName),
      ("$share/g", .shareWithoutFilter), ("$share/g/", .shareWithoutFilter),
      ("$share/g/a#", .misplacedMultiLevelWildcard),
    ] as [(String, PacketError)])
  func `others are refused`(text: String, error: PacketError) {
    #expect(throws: error) { try TopicFilter(text) }
  }

  @Test func `a filter says whether it is shared, and whether it has wildcards`() throws {
    #expect(try TopicFilter("$share/g/a").isShared)
    #expect(try !TopicFilter("$share").isShared)
    #expect(try TopicFilter("a/+").hasWildcard && TopicFilter("#").hasWildcard)
    #expect(try !TopicFilter("a/b").hasWildcard)
  }
}
