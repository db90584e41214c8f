/// What a profile says of a device that a driver of the kernel speaks with.
public struct SysfsProfile: Sendable {
  /// Where the kernel has devices of the kind.
  public let place: Place
  /// The names by which one is known where the installation has none; the first that is there counts.
  public let names: [String]
  /// What the installation may choose.
  public let options: [NumberOption]
  /// How each value is come by; as many as the profile's `points`.
  public let points: [SysfsPoint]
  /// Where in the formulas' slots things are.
  public let layout: MeasuredFormula.Layout
  /// The profile's own examples.
  public let tests: [SysfsTest]

  /// Where in /sys devices of a kind are.
  public enum Place: Equatable, Sendable, CaseIterable {
    /// Sensors of boards and processors (Documentation/hwmon/sysfs-interface.rst).
    case hwmon
    /// Industrial I/O (Documentation/ABI/testing/sysfs-bus-iio).
    case iio
    /// What the kernel cools by (Documentation/ABI/testing/sysfs-class-thermal).
    case thermal
    /// 1-Wire (Documentation/w1/w1-generic.rst).
    case oneWire

    /// What profiles call it.
    var word: String {
      switch self {
      case .hwmon: "hwmon"
      case .iio: "iio"
      case .thermal: "thermal"
      case .oneWire: "w1"
      }
    }
  }
}

/// How the value of a point is come by.
public struct SysfsPoint: Sendable {
  /// What is read; nil where there is a formula only.
  public var source: Source?
  /// What the number is multiplied by.
  public var scale = 1.0
  /// What is added after that.
  public var offset = 0.0
  /// Numbers, before that, by which the driver says that there is no value.
  public var invalid: [Double] = []
  /// What makes the value of it; nil where it is the value.
  public var formula: MeasuredFormula?
  /// Values outside of it are not believed.
  public var range: ClosedRange<Double>?

  /// What can be read.
  public enum Source: Equatable, Sendable {
    /// The number in a file of the device's folder.
    case file(String)
    /// A channel of an IIO device such as `temp` or `voltage0`: `in_temp_input`, or else
    /// `in_temp_raw` with its offset and scale.
    case iio(String)
    /// The temperature in the file w1_slave of a 1-Wire thermometer, whose check must be right.
    case oneWire
  }
}

/// An example in a profile: files, and the values that they mean.
public struct SysfsTest: Sendable {
  /// What it is an example of.
  public let name: String
  /// The files of the device's folder, and their content.
  public let files: [(name: String, content: String)]
  /// The options' values.
  public let options: [Double]
  /// The values that must come out.
  public let expectations: [ProfileTest.Expectation]
}
