extension Queue {
  /// The queue in a gateway's YAML file. What else is in the file is not looked at, so that a mistake
  /// there does not hide the queue.
  /// - Parameters:
  ///   - bytes: the file's content.
  ///   - file: the file's name, for errors.
  /// - Throws: what is wrong, where, and what was expected.
  public static func parse(
    _ bytes: [UInt8], file: String
  ) throws(ConfigurationError) -> Queue {
    let what = "a gateway configuration"
    let top = try YAMLParser.parse(bytes, file: file, expecting: what).mapping(what)
    return try top["queue"].map(Queue.init(_:)) ?? Queue()
  }
}
