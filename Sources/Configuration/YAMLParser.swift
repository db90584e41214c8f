internal import CYAML

/// Reads a YAML document into nodes by libyaml's events, within limits.
///
/// Only what a configuration needs: one document of mappings, lists and scalars. Aliases, anchors
/// and tags are refused, for they make one text mean another; but for the tags of secrets, which
/// are values of the keys of secrets only.
struct YAMLParser: ~Copyable {
  /// The deepest schema has five levels; the limit keeps a hostile file off the stack.
  static let depthMax = 32
  /// Nodes and keys together; a profile of 1000 points has some 20,000.
  static let nodesMax = 100_000
  /// Keys are compared with one another, so their number in one mapping is bounded.
  static let keysMax = 1_000
  /// In bytes; the longest text that MQTT can carry (MQTT 3.1.1, 1.5.3) fits.
  static let scalarMax = 64 * 1_024

  /// The document in a file.
  /// - Parameter what: what the file is to hold, for the error about an empty one.
  static func parse(
    _ bytes: [UInt8], file: String, expecting what: String
  ) throws(ConfigurationError) -> Node {
    let (text, end) = try SourceText.check(bytes, file: file)
    return try text.withUnsafeBufferPointer { (text) throws(ConfigurationError) in
      var parser = try YAMLParser(text, end: end)
      return try parser.document(expecting: what)
    }
  }

  private let end: Place
  // The C library keeps pointers into it, so it must not move.
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private var nodeCount = 0

  /// `text` must outlive the parser.
  private init(_ text: UnsafeBufferPointer<UInt8>, end: Place) throws(ConfigurationError) {
    self.end = end
    parser = .allocate(capacity: 1)
    guard yaml_parser_initialize(parser) == 1 else {
      parser.deallocate()
      throw Place(file: end.file, line: 1, column: 1).error("out of memory")
    }
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, text.baseAddress, text.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
  }

  private mutating func document(expecting what: String) throws(ConfigurationError) -> Node {
    _ = try next()  // The start of the stream.
    guard case .documentStart = try next().kind else {
      throw Place(file: end.file, line: 1, column: 1).error("the file is empty, expected \(what)")
    }
    let root = try node(from: next(), depth: 1)
    _ = try next()  // The end of the document.
    let event = try next()
    guard case .streamEnd = event.kind else {
      throw event.place.error("a second document begins, expected one document in a file")
    }
    return root
  }

  private mutating func node(
    from event: Event, depth: Int
  ) throws(ConfigurationError) -> Node {
    try count(event)
    guard depth <= YAMLParser.depthMax else {
      throw event.place.error("nested too deeply, expected at most \(YAMLParser.depthMax) levels")
    }
    switch event.kind {
    case .scalar(let text, let isQuoted):
      return Node(place: event.place, content: .scalar(text, isQuoted: isQuoted))
    case .reference(let reference):
      throw event.place.error(
        "\(reference.words) is no secret, expected a plain value (only"
          + " \(Words.list(Secrets.keys, conjunction: "and")) are looked up)")
    case .listStart:
      return Node(place: event.place, content: .list(try items(depth: depth + 1)))
    case .mappingStart:
      return Node(place: event.place, content: .mapping(try entries(depth: depth + 1)))
    case .listEnd, .mappingEnd, .documentStart, .documentEnd, .streamStart, .streamEnd:
      // libyaml's grammar puts none of them where a node must be.
      throw event.place.error("invalid YAML: expected a value")
    }
  }

  private mutating func items(depth: Int) throws(ConfigurationError) -> [Node] {
    var items: [Node] = []
    while true {
      let event = try next()
      if case .listEnd = event.kind { return items }
      items.append(try node(from: event, depth: depth))
    }
  }

  private mutating func entries(depth: Int) throws(ConfigurationError) -> [Node.Entry] {
    var entries: [Node.Entry] = []
    while true {
      let event = try next()
      if case .mappingEnd = event.kind { return entries }
      let key = try key(from: event)
      if let first = entries.first(where: { $0.key.text == key.text }) {
        throw key.place.error(
          "duplicate key \(Excerpt.quoting(key.text)), first in line \(first.key.place.line)")
      }
      guard entries.count < YAMLParser.keysMax else {
        throw key.place.error(
          "too many keys, expected at most \(YAMLParser.keysMax) in one mapping")
      }
      let first = try next()
      let value: Node
      if case .reference(let reference) = first.kind, Secrets.keys.contains(key.text) {
        try count(first)
        value = Node(place: first.place, content: .reference(reference))
      } else {
        value = try node(from: first, depth: depth)
      }
      entries.append(Node.Entry(key: key, value: value))
    }
  }

  private mutating func key(from event: Event) throws(ConfigurationError) -> Node.Key {
    try count(event)
    switch event.kind {
    case .scalar(let text, let isQuoted) where isQuoted || !text.utf8.isEmpty:
      return Node.Key(place: event.place, text: text)
    case .listStart: throw event.place.error("expected a name as key, found a list")
    case .mappingStart: throw event.place.error("expected a name as key, found a mapping")
    default: throw event.place.error("expected a name as key, found nothing")
    }
  }

  private mutating func count(_ event: Event) throws(ConfigurationError) {
    nodeCount += 1
    guard nodeCount <= YAMLParser.nodesMax else {
      throw event.place.error(
        "too much content, expected at most \(YAMLParser.nodesMax) keys and values")
    }
  }

  private func next() throws(ConfigurationError) -> Event {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw failure() }
    defer { yaml_event_delete(&event) }
    return try Event(event, end: end)
  }

  /// What libyaml says of a syntax error, e.g. "did not find expected key while parsing a block
  /// mapping that begins in line 3".
  private func failure() -> ConfigurationError {
    guard let problem = parser.pointee.problem else {
      return Place(file: end.file, line: 1, column: 1).error("out of memory")
    }
    var message = "invalid YAML: \(String(cString: problem))"
    if let context = parser.pointee.context {
      message += " \(String(cString: context))"
      let (problemLine, contextLine) = (
        parser.pointee.problem_mark.line, parser.pointee.context_mark.line
      )
      if contextLine != problemLine { message += " that begins in line \(contextLine + 1)" }
    }
    return Place(parser.pointee.problem_mark, end: end).error(message)
  }
}
