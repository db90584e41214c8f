import Drivers
import Testing

struct DeviceIdentificationTests {
  /// The example of the specification (MODBUS Application Protocol V1.1b3, 6.21), in one answer.
  @Test func `the specification's device tells its names`() throws {
    var identification = DeviceIdentification()
    #expect(identification.request == [0x2B, 0x0E, 0x01, 0x00])
    let company = Array("Company identification".utf8)
    let product = Array("Product code XX".utf8)
    let answer =
      [0x2B, 0x0E, 0x01, 0x01, 0x00, 0x00, 0x03, 0x00, UInt8(company.count)] + company
      + [0x01, UInt8(product.count)] + product + [0x02, 0x05] + Array("V2.11".utf8)
    let wantsMore = try identification.take(answer)
    #expect(!wantsMore)
    #expect(identification.vendor == "Company identification")
    #expect(identification.product == "Product code XX")
    #expect(identification.revision == "V2.11")
  }

  @Test func `what follows is asked for`() throws {
    var identification = DeviceIdentification()
    #expect(try identification.take([0x2B, 0x0E, 1, 1, 0xFF, 1, 1, 0, 1, 0x41]))
    #expect(identification.request == [0x2B, 0x0E, 0x01, 0x01])
    #expect(try identification.take([0x2B, 0x0E, 1, 1, 0xFF, 2, 1, 1, 1, 0x42]))
    // It points back at itself.
    #expect(try !identification.take([0x2B, 0x0E, 1, 1, 0xFF, 2, 1, 2, 1, 0x43]))
    #expect(identification.vendor == "A" && identification.product == "B")
    #expect(identification.revision == "C")
  }

  @Test func `what steers a terminal becomes a question mark`() throws {
    var identification = DeviceIdentification()
    _ = try identification.take([0x2B, 0x0E, 1, 1, 0, 0, 1, 0, 4, 0x1B, 0x41, 0xC3, 0x20])
    #expect(identification.vendor == "?A")
  }

  @Test func `a refusal is one`() {
    var identification = DeviceIdentification()
    #expect(throws: BusError.exception(.illegalFunction)) {
      try identification.take([0xAB, 0x01])
    }
  }

  @Test func `every beginning of an answer is refused or taken, and none crashes`() {
    let answer: [UInt8] = [0x2B, 0x0E, 1, 1, 0, 0, 2, 0, 2, 0x41, 0x42, 1, 1, 0x43]
    for count in 0..<answer.count {
      var identification = DeviceIdentification()
      #expect(throws: BusError.badResponse) { try identification.take(Array(answer[..<count])) }
    }
    var identification = DeviceIdentification()
    #expect(throws: BusError.badResponse) {
      try identification.take([0x2B, 0x0E, 1, 1, 0, 0, 255, 0, 255])
    }
  }
}
