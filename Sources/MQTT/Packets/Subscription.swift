/// One topic filter of a SUBSCRIBE, and how its messages shall come (3.8.3).
public struct Subscription: Equatable, Sendable {
  /// Which topics.
  public var filter: TopicFilter
  /// The best quality of service that messages may come with (3.8.3.1).
  public var maximumQoS: QoS
  /// Whether messages that this client itself published stay away; never with a shared
  /// subscription; only in 5.0 (3.8.3.1).
  public var noLocal: Bool
  /// Whether messages keep the retain flag that they were published with; only in 5.0 (3.8.3.1).
  public var retainAsPublished: Bool
  /// When retained messages come; only in 5.0 (3.8.3.1).
  public var retainHandling: RetainHandling

  /// When the server sends the messages that it has retained (MQTT 5.0, 3.8.3.1); the raw value is on
  /// the wire.
  public enum RetainHandling: UInt8, Equatable, Sendable, CaseIterable {
    /// At every SUBSCRIBE, as in 3.1.1.
    case atSubscribe = 0
    /// Only where the subscription is new.
    case atNewSubscription = 1
    /// Never.
    case never = 2
  }

  /// Asks for the messages of `filter`.
  public init(
    filter: TopicFilter, maximumQoS: QoS, noLocal: Bool = false, retainAsPublished: Bool = false,
    retainHandling: RetainHandling = .atSubscribe
  ) {
    self.filter = filter
    self.maximumQoS = maximumQoS
    self.noLocal = noLocal
    self.retainAsPublished = retainAsPublished
    self.retainHandling = retainHandling
  }
}

/// The bits of the subscription options (MQTT 5.0, 3.8.3.1); 3.1.1 has only the first two (3.8.3).
private enum SubscriptionOption {
  static let qos: UInt8 = 0x03
  static let noLocal: UInt8 = 0x04
  static let retainAsPublished: UInt8 = 0x08
  static let retainHandlingShift: UInt8 = 4
  static let reserved: UInt8 = 0xC0
}

extension Subscription {
  /// The byte behind the filter.
  var options: UInt8 {
    maximumQoS.rawValue | (noLocal ? SubscriptionOption.noLocal : 0)
      | (retainAsPublished ? SubscriptionOption.retainAsPublished : 0)
      | retainHandling.rawValue << SubscriptionOption.retainHandlingShift
  }

  func check(_ version: ProtocolVersion) throws(PacketError) {
    switch version {
    case .v311:
      guard options & ~SubscriptionOption.qos == 0 else { throw .subscriptionOptionsInVersion311 }
    case .v5:
      try filter.checkShare()
      guard !noLocal || !filter.isShared else { throw .noLocalInSharedSubscription }
    }
  }

  init(
    _ filter: TopicFilter, options: UInt8, _ version: ProtocolVersion
  ) throws(PacketError) {
    let reserved = version == .v5 ? SubscriptionOption.reserved : ~SubscriptionOption.qos
    guard options & reserved == 0 else { throw .reservedSubscriptionOptions(options) }
    guard let qos = QoS(rawValue: options & SubscriptionOption.qos) else {
      throw .subscriptionQoSOfThree
    }
    guard
      let handling = RetainHandling(
        rawValue: options >> SubscriptionOption.retainHandlingShift & 0b11)
    else { throw .retainHandlingOfThree }
    self.init(
      filter: filter, maximumQoS: qos, noLocal: options & SubscriptionOption.noLocal != 0,
      retainAsPublished: options & SubscriptionOption.retainAsPublished != 0,
      retainHandling: handling)
  }
}
