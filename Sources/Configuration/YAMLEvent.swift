internal import CYAML

extension YAMLParser {
  /// One of libyaml's events as a Swift value, with anchors, aliases and tags
  /// refused, but for the tags of secrets.
  struct Event {
    let place: Place
    let kind: Kind

    enum Kind {
      case streamStart, streamEnd
      case documentStart, documentEnd
      case listStart, listEnd
      case mappingStart, mappingEnd
      case scalar(String, isQuoted: Bool)
      case reference(SecretReference)
    }

    /// Copies what it needs of `event`, which stays the caller's to delete.
    init(_ event: yaml_event_t, end: Place) throws(ConfigurationError) {
      place = Place(event.start_mark, end: end)
      switch event.type {
      case YAML_STREAM_START_EVENT: kind = .streamStart
      case YAML_DOCUMENT_START_EVENT: kind = .documentStart
      case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
      case YAML_SEQUENCE_END_EVENT: kind = .listEnd
      case YAML_MAPPING_END_EVENT: kind = .mappingEnd
      case YAML_SEQUENCE_START_EVENT:
        let data = event.data.sequence_start
        try Event.refuse(anchor: data.anchor, tag: data.tag, at: place)
        kind = .listStart
      case YAML_MAPPING_START_EVENT:
        let data = event.data.mapping_start
        try Event.refuse(anchor: data.anchor, tag: data.tag, at: place)
        kind = .mappingStart
      case YAML_SCALAR_EVENT:
        let data = event.data.scalar
        try Event.refuse(anchor: data.anchor, tag: nil, at: place)
        guard data.length <= YAMLParser.scalarMax else {
          throw place.error(
            "a text that is too long, expected at most \(YAMLParser.scalarMax / 1_024) KiB")
        }
        let bytes = UnsafeBufferPointer(start: data.value, count: data.length)
        guard !bytes.contains(0) else { throw place.error("a text with a NUL character in it") }
        let text = String(decoding: bytes, as: UTF8.self)
        if let tag = data.tag {
          guard
            let reference = try SecretReference(
              tag: String(cString: tag), text: text, at: place)
          else { throw Event.unknownTag(at: place) }
          kind = .reference(reference)
        } else {
          kind = .scalar(text, isQuoted: data.style != YAML_PLAIN_SCALAR_STYLE)
        }
      case YAML_ALIAS_EVENT:
        throw place.error("aliases (*name) are not supported, expected the value itself")
      default: kind = .streamEnd
      }
    }

    private static func refuse(
      anchor: UnsafeMutablePointer<UInt8>?, tag: UnsafeMutablePointer<UInt8>?, at place: Place
    ) throws(ConfigurationError) {
      if anchor != nil {
        throw place.error("anchors (&name) are not supported, expected a value alone")
      }
      if tag != nil { throw unknownTag(at: place) }
    }

    private static func unknownTag(at place: Place) -> ConfigurationError {
      place.error("tags (!name) are not supported, expected a value alone")
    }
  }
}

extension Place {
  /// libyaml counts lines and columns, which are characters, from 0. Where the last line has no end
  /// it puts the end of the file into a line behind; `end` is where it really is.
  init(_ mark: yaml_mark_t, end: Place) {
    self =
      mark.line >= end.line
      ? end : Place(file: end.file, line: mark.line + 1, column: mark.column + 1)
  }
}
