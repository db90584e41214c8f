internal import Formulas

/// Reads the steps of a profile.
struct I2CSteps {
  let names: I2CNames
  let hasChecksum: Bool
  let hasChannels: Bool
  /// The slots of fields by their names.
  let fields: [(name: String, slot: Int)]

  /// The same for steps that are not for channels.
  /// - Parameter noFields: whether they are done before anything is read.
  func with(noFields: Bool) -> I2CSteps {
    I2CSteps(
      names: names, hasChecksum: hasChecksum, hasChannels: false, fields: noFields ? [] : fields)
  }

  private static let actions = [
    "write", "send", "receive", "read", "wait", "until", "ensure", "for_each",
  ]

  /// Reads a list of steps, e.g. under `setup`.
  func list(_ node: Node, inLoop: Bool = false) throws(ConfigurationError) -> [I2CStep] {
    let items = try node.items("a list of steps")
    guard items.count <= I2CLimits.stepsMax else {
      throw node.place.error("too many steps, expected at most \(I2CLimits.stepsMax)")
    }
    var steps: [I2CStep] = []
    for item in items {
      let mapping = try item.mapping("a step, which is a mapping")
      guard let action = mapping.entries.first(where: { I2CSteps.actions.contains($0.key.text) })
      else {
        throw item.place.error(
          "expected a step of \(Words.list(I2CSteps.actions, conjunction: "or"))")
      }
      steps += try read(action.key.text, mapping, inLoop: inLoop)
    }
    return steps
  }

  private func read(
    _ action: String, _ mapping: Mapping, inLoop: Bool
  ) throws(ConfigurationError) -> [I2CStep] {
    var steps: [I2CStep] = []
    var keys = [action]
    switch action {
    case "write", "ensure":
      for entry in try mapping.required(action).mapping("a mapping of registers").entries {
        let data = try I2CData(register: entry, names: names)
        steps.append(I2CStep(action: action == "write" ? .write(data) : .ensure(data)))
      }
    case "wait":
      steps = [I2CStep(action: .wait(try I2CTime(mapping.required(action), names: names)))]
    case "until":
      let inner = try mapping.required(action).mapping("a mapping with what is asked")
      let (probe, keys) = try probe(inner)
      try inner.refuseKeys(besides: keys + ["every", "timeout"])
      let every = try inner.required("every").duration(in: I2CLimits.pollMin...I2CLimits.waitMax)
      let timeout = try inner.required("timeout").duration(in: every...I2CLimits.waitMax)
      steps = [I2CStep(action: .until(probe, every: every, timeout: timeout))]
    case "for_each":
      keys.append("do")
      let node = try mapping.required(action)
      guard hasChannels, !inLoop else {
        throw node.place.error(
          inLoop ? "channels within channels" : "expected a key 'channels' in the profile")
      }
      _ = try node.choice([("channel", ())])
      steps = [
        I2CStep(
          action: .forEachChannel(try list(mapping.required("do"), inLoop: true)))
      ]
    default:
      let (query, used) = try query(mapping)
      keys = used + ["fields"]
      if query.query.count == 0 {
        if let node = mapping["fields"] { throw node.place.error("fields of nothing that is read") }
        steps = [I2CStep(action: .write(query.query.data))]
      } else {
        let fields = try fields(mapping, of: query)
        var asked = query.query
        if query.isOpen { asked.count = fields.reduce(1) { max($0, $1.field.byteCount) } }
        steps = [I2CStep(action: .read(asked, fields))]
      }
    }
    try mapping.refuseKeys(besides: keys + ["retry", "ignore"])
    try readManner(mapping, &steps)
    return steps
  }

  /// How a step is tried again.
  private func readManner(
    _ mapping: Mapping, _ steps: inout [I2CStep]
  ) throws(ConfigurationError) {
    if let node = mapping["ignore"] {
      _ = try node.choice([("nack", ())])
      for index in steps.indices { steps[index].ignoresSilence = true }
    }
    guard let node = mapping["retry"] else { return }
    let retry = try node.mapping("a mapping of the retry", keys: ["on", "times", "every"])
    _ = try retry.required("on").choice([("nack", ())])
    let count = try retry.required("times").integer("a number", in: 1...I2CLimits.retriesMax)
    let pause = try retry.required("every").duration(in: I2CLimits.pollMin...I2CLimits.waitMax)
    for index in steps.indices { steps[index].retries = (count, pause) }
  }

  /// A question as a profile puts it: which bytes, and from which address they are counted.
  struct Question {
    var query: I2CQuery
    /// The address of the first byte that is read.
    var base = 0
    /// Whether the fields say how many bytes are read.
    var isOpen = false
  }

  /// Reads `read: 0x88..0xA1`, `read: 0x00`, or `send` and `receive`.
  private func query(
    _ mapping: Mapping
  ) throws(ConfigurationError) -> (Question, keys: [String]) {
    if let node = mapping["read"] {
      let (first, last) = try I2CSteps.registers(node)
      var data = I2CData(bytes: [UInt8(truncatingIfNeeded: first)])
      data.registerBytes = 1
      return (
        Question(
          query: I2CQuery(data: data, count: (last ?? first) - first + 1, isChecked: false),
          base: first, isOpen: last == nil), ["read"]
      )
    }
    var data = I2CData()
    if let node = mapping["send"] { data = try I2CData(node, names: names) }
    if let node = mapping["arguments"] {
      guard mapping["send"] != nil, hasChecksum else {
        throw node.place.error("expected 'send' beside, and a key 'frame' in the profile")
      }
      try data.append(checked: I2CData(node, names: names), at: node.place)
    }
    let count =
      try mapping["receive"]?.integer("a number of bytes", in: 1...I2CLimits.bytesMax) ?? 0
    var query = I2CQuery(data: data, count: count, isChecked: hasChecksum)
    if let node = mapping["crc"] {
      guard hasChecksum else { throw node.place.error("expected a key 'frame' in the profile") }
      query.isChecked = try node.choice([("none", false), ("frame", true)])
    }
    if let node = mapping["pause"] {
      guard count > 0 else { throw node.place.error("a pause before nothing that is read") }
      query.pause = try I2CTime(node, names: names)
    }
    return (Question(query: query), ["send", "arguments", "receive", "crc", "pause"])
  }

  /// Reads `0x88..0xA1` or `0x00`.
  private static func registers(_ node: Node) throws(ConfigurationError) -> (Int, Int?) {
    let what = "a register or a range such as 0x88..0xA1"
    let text = Array(try node.text(what).utf8)
    let dots = text.indices.first { text[$0...].starts(with: [Byte.dot, Byte.dot]) }
    func address(_ bytes: ArraySlice<UInt8>) throws(ConfigurationError) -> Int {
      guard let number = NumberText.integer(String(decoding: bytes, as: UTF8.self)),
        (0...255).contains(number)
      else { throw node.mismatch(expected: what) }
      return Int(number)
    }
    let first = try address(text[..<(dots ?? text.endIndex)])
    guard let dots else { return (first, nil) }
    let last = try address(text[(dots + 2)...])
    guard last >= first else { throw node.mismatch(expected: what) }
    return (first, last)
  }

  /// Reads what `until` and `identify` have in common.
  func probe(
    _ mapping: Mapping
  ) throws(ConfigurationError) -> (I2CProbe, keys: [String]) {
    var field: I2CField
    var question: Question
    var keys = ["mask", "is", "not"]
    if let node = mapping["read"] {
      field = try I2CField(node)
      let base = field.firstAddress
      var data = I2CData(bytes: [UInt8(truncatingIfNeeded: base)])
      data.registerBytes = 1
      field = field.counted(from: base)
      question = Question(
        query: I2CQuery(data: data, count: field.byteCount, isChecked: false), base: base)
      keys.append("read")
    } else {
      let used: [String]
      (question, used) = try query(mapping)
      keys += used + ["field"]
      let node = try mapping.required("field")
      field = try I2CField(node)
      guard field.byteCount <= question.query.count else {
        throw node.place.error("\(field.byteCount) bytes, but \(question.query.count) are received")
      }
    }
    guard !field.isReal else {
      throw (mapping["read"] ?? mapping["field"])?.place.error("expected a whole number")
        ?? mapping.place.error("expected a whole number")
    }
    var probe = I2CProbe(
      query: question.query, field: field, mask: -1, wanted: [], isInverted: false)
    if let node = mapping["mask"] {
      probe.mask = Int64(try node.integer("a mask", in: 1...Int(UInt32.max)))
    }
    let key = mapping["not"] != nil ? "not" : "is"
    probe.isInverted = key == "not"
    if mapping["is"] != nil, let node = mapping["not"] {
      throw node.place.error("expected 'is' or 'not'")
    }
    let node = try mapping.required(key)
    if case .scalar("any", _) = node.content { return (probe, keys) }
    var items = [node]
    if case .list(let list) = node.content { items = list }
    for item in items {
      probe.wanted.append(Int64(try item.integer("a number", in: -65_536...Int(UInt32.max))))
    }
    guard !probe.wanted.isEmpty else { throw node.place.error("expected at least one number") }
    return (probe, keys)
  }

  /// Reads the fields of a step, and how many bytes they take where the step does not say it.
  private func fields(
    _ mapping: Mapping, of question: Question
  ) throws(ConfigurationError) -> [(slot: Int, field: I2CField)] {
    guard let node = mapping["fields"] else { return [] }
    var fields: [(slot: Int, field: I2CField)] = []
    for entry in try node.mapping("a mapping of fields").entries {
      let field = try I2CField(entry.value)
      guard field.firstAddress >= question.base else {
        throw entry.value.place.error("a byte before the first that is read")
      }
      let counted = field.counted(from: question.base)
      guard question.isOpen || counted.byteCount <= question.query.count else {
        throw entry.value.place.error("a byte behind the last that is read")
      }
      guard let slot = self.fields.first(where: { $0.name == entry.key.text })?.slot else {
        throw entry.key.place.error("fields are read in constants and sample only")
      }
      fields.append((slot, counted))
    }
    return fields
  }

  /// The names of all fields in a list of steps, with their types.
  static func fieldNames(
    _ node: Node?, _ add: (Node.Key, Bool) throws(ConfigurationError) -> Void
  ) throws(ConfigurationError) {
    guard let node else { return }
    for item in try node.items("a list of steps") {
      guard case .mapping(let entries) = item.content else { continue }
      for entry in entries {
        if entry.key.text == "do" { try fieldNames(entry.value, add) }
        guard entry.key.text == "fields", case .mapping(let fields) = entry.value.content else {
          continue
        }
        for field in fields { try add(field.key, try I2CField(field.value).isReal) }
      }
    }
  }
}
