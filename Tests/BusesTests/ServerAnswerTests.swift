import Configuration
import Drivers
import Testing

@testable import Buses

struct ServerAnswerTests {
  private let blocks = [
    RegisterBlock(table: .holding, address: 100, words: [1, 2, 3]),
    RegisterBlock(table: .input, address: 100, words: [7, 8]),
    RegisterBlock(table: .input, address: 65_534, words: [9, 10]),
  ]

  @Test(
    arguments: [
      ([3, 0, 100, 0, 3], [1, 2, 3]), ([3, 0, 101, 0, 1], [2]), ([4, 0, 100, 0, 2], [7, 8]),
      ([4, 0xFF, 0xFE, 0, 2], [9, 10]),
    ] as [([UInt8], [UInt16])])
  func `registers that exist are answered`(request: [UInt8], words: [UInt16]) {
    let answer = ServerAnswer(to: request[...], from: blocks)
    guard case .registers(let block) = answer else {
      Issue.record("no registers")
      return
    }
    #expect(block.words == words)
    #expect(block.address == UInt16(request[1]) << 8 | UInt16(request[2]))
  }

  @Test(
    arguments: [
      // Before, after, across the end, in the other table, across the end of all addresses.
      ([3, 0, 99, 0, 1], 2), ([3, 0, 103, 0, 1], 2), ([3, 0, 102, 0, 2], 2),
      ([4, 0, 102, 0, 1], 2),
      ([4, 0xFF, 0xFF, 0, 2], 2),
      // Too few and too many registers (MODBUS Application Protocol V1.1b3, 6.3).
      ([3, 0, 100, 0, 0], 3), ([3, 0, 100, 0, 126], 3), ([3, 0, 100, 0xFF, 0xFF], 3),
      ([3, 0, 100], 3), ([1, 0, 100, 0x07, 0xD1], 3),
      // Bits, of which there are none.
      ([1, 0, 100, 0, 1], 2), ([2, 0, 100, 0x07, 0xD0], 2),
      // What is not a read of registers.
      ([7], 1), ([5, 0, 100, 0xFF, 0], 1), ([6, 0, 100, 0, 1], 1),
      ([16, 0, 100, 0, 1, 2, 0, 1], 1), ([0x2B, 0x0E, 1, 0], 1), ([0x83, 2], 1), ([], 1),
    ] as [([UInt8], UInt8)])
  func `everything else is refused`(request: [UInt8], code: UInt8) {
    #expect(
      ServerAnswer(to: request[...], from: blocks) == .exception(ModbusException(code: code)))
  }

  @Test(
    arguments: [
      ([0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 1], 0), ([0, 1, 0, 0, 0, 6, 1, 3], 4),
      ([0, 1, 0, 0, 0, 254, 1, 3], 252), ([0, 1, 0, 0, 0, 255, 1, 3], nil),
      ([0, 1, 0, 0, 0xFF, 0xFF, 1, 3], nil), ([0, 1, 0, 0, 0, 5, 1, 3, 0, 0, 0, 1], nil),
      ([0, 1, 0, 1, 0, 6, 1, 3, 0, 0, 0, 1], nil), ([0, 1, 1, 0, 0, 6, 1, 3, 0, 0, 0, 1], nil),
      ([0, 1, 0, 0, 0], nil), ([], nil),
    ] as [([UInt8], Int?)])
  func `a frame is held against the length that it states`(frame: [UInt8], unread: Int?) {
    #expect(TCPFrame.unreadBytes(of: frame[...]) == unread)
  }
}
