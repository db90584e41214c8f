import Foundation
import TestSupport
import Testing

@testable import Telemetry

struct NumberTextTests {
  private func text(_ value: Double, digits: Int? = nil) -> String {
    var bytes: [UInt8] = []
    NumberText.append(value, digits: digits, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private func text(_ value: Float, digits: Int? = nil) -> String {
    var bytes: [UInt8] = []
    NumberText.append(value, digits: digits, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test(arguments: [
    (230.2, "230.2"), (230, "230"), (0, "0"), (-0.0, "0"), (0.1 + 0.2, "0.30000000000000004"),
    (-1500.25, "-1500.25"), (0.00001, "0.00001"), (0.0000001, "0.0000001"),
    (0.00000001, "1e-8"), (-1.25e-9, "-1.25e-9"), (.leastNonzeroMagnitude, "5e-324"),
    (1.797_693_134_862_315_7e308, "1.7976931348623157e308"), (1e20, "100000000000000000000"),
    (1e21, "1e21"), (-1.5e22, "-1.5e22"), (9_007_199_254_740_992, "9007199254740992"),
  ])
  func `a double is written with as many digits as tell it apart`(value: Double, expected: String) {
    #expect(text(value) == expected)
  }

  @Test(
    arguments: [
      (230.2, "230.2"), (-1004.4, "-1004.4"), (16_777_216, "16777216"), (1e-5, "0.00001"),
      (3.402_823_5e38, "3.4028235e38"), (1.175_494_4e-38, "1.1754944e-38"),
    ] as [(Float, String)])
  func `a float is not written with digits that single precision does not have`(
    value: Float, expected: String
  ) {
    #expect(text(value) == expected)
  }

  @Test(arguments: [
    // Half away from zero, of the decimal that is meant and not of its binary neighbour below.
    (2.675, 2, "2.68"), (-2.675, 2, "-2.68"), (1.005, 2, "1.01"), (0.5, 0, "1"), (-0.5, 0, "-1"),
    (1.5, 0, "2"), (2.5, 0, "3"), (0.049_999, 1, "0"), (-0.04, 1, "0"), (-0.05, 1, "-0.1"),
    (-0.0, 2, "0"), (999.95, 1, "1000"), (0.999, 2, "1"), (230.0, 1, "230"), (230.149, 1, "230.1"),
    (123_456_789.987_654_32, 3, "123456789.988"), (3.14, 10, "3.14"), (1e-10, 3, "0"),
    (1e-30, 3, "0"), (.leastNonzeroMagnitude, 3, "0"), (1e300, 2, "1e300"), (-1e300, 0, "-1e300"),
    (1e21, 0, "1e21"), (0.000_000_04, 8, "4e-8"), (12.5, -1, "13"),
  ])
  func `digits round half away from zero, and zeros at the end are left out`(
    value: Double, digits: Int, expected: String
  ) {
    #expect(text(value, digits: digits) == expected)
  }

  @Test func `a float is rounded by its own decimal too`() {
    #expect(text(Float(2.675), digits: 2) == "2.68")
    #expect(text(Float(-0.04), digits: 1) == "0")
    #expect(text(Float(3.4e38), digits: 1) == "3.4e38")
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity, .signalingNaN])
  func `what JSON has no number for is null`(value: Double) {
    #expect(text(value) == "null")
    #expect(text(value, digits: 2) == "null")
    #expect(text(Float(value)) == "null")
  }

  @Test(arguments: [
    (Int64.min, "-9223372036854775808"), (Int64.max, "9223372036854775807"), (0, "0"),
    (-1, "-1"), (1_000_000, "1000000"),
  ])
  func `whole numbers are exact`(value: Int64, expected: String) {
    var bytes: [UInt8] = []
    NumberText.append(value, to: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == expected)
  }

  @Test func `every number reads back as itself, and is JSON`() throws {
    var random = SplitMix64(seed: 1)
    for _ in 0..<20_000 {
      let double = Double(bitPattern: random.next())
      guard double.isFinite else { continue }
      let written = text(double)
      #expect(Double(written) == double)
      #expect(written.utf8.count <= NumberText.lengthMax)
      let parsed = try JSONSerialization.jsonObject(
        with: Data(written.utf8), options: .fragmentsAllowed)
      #expect(parsed is NSNumber)

      let float = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
      guard float.isFinite else { continue }
      #expect(Float(text(float)) == float)
    }
  }

  /// Foundation's Decimal rounds by an arithmetic of its own; `.plain` is half away from zero.
  @Test func `rounding agrees with another decimal arithmetic`() throws {
    var random = SplitMix64(seed: 2)
    for _ in 0..<5_000 {
      let value = Double(Int64.random(in: -9_999_999...9_999_999, using: &random)) / 10_000
      let digits = Int.random(in: 0...5, using: &random)
      var exact = try #require(Decimal(string: value.description))
      var rounded = Decimal()
      NSDecimalRound(&rounded, &exact, digits, .plain)
      #expect(text(value, digits: digits) == "\(rounded)")
    }
  }
}
