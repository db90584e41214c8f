import Configuration

/// A GPIO profile of one line `in` and some points, in YAML's flow style.
func gpioProfile(
  points: String, line: String = "{}", head: String = "", tests: String = "[]"
) throws(ConfigurationError) -> DeviceProfile {
  let yaml = """
    profile: godwit/1
    id: p
    revision: 1
    title: P
    bus: gpio
    refs: [r]
    \(head)
    lines: {in: \(line)}
    points: {\(points)}
    tests: \(tests)
    """
  return try DeviceProfile.parse(Array(yaml.utf8), file: "p.yaml", expectedID: nil)
}
