/// Samples of one device that travel together, oldest first.
public struct Batch: Sendable {
  /// Index of the device in the configuration.
  public let device: Int
  /// The samples, at least one.
  public let samples: [Sample]

  /// A batch of the device's samples.
  public init(device: Int, samples: [Sample]) {
    precondition(!samples.isEmpty, "a batch has something in it")
    self.device = device
    self.samples = samples
  }
}
