import Buses
import Configuration
import Drivers
import Foundation
import Testing

/// The edge to the kernel, as far as it goes without an adapter.
@Suite struct I2CAdapterTests {
  private func error(_ path: String) -> BusError? {
    let adapter = I2CAdapter(I2CPort(path: path), reopenPauses: .zero ... .zero)
    var transfer = I2CTransfer(address: 0x76)
    transfer.written = [0xD0]
    transfer.received = [0]
    do throws(BusError) {
      try adapter.transfer(&transfer)
      return nil
    } catch {
      return error
    }
  }

  @Test func `an adapter that is not there is told apart from what is no adapter`() {
    #expect(error("/dev/i2c-not-there") == .portNotFound)
    #expect(error("/dev/null") == .system(ENOTTY))
    #expect(error("/dev") == .system(EISDIR))
  }

  @Test func `within the pause a missing adapter is not looked for`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "i2c").path
    let adapter = I2CAdapter(I2CPort(path: path), reopenPauses: .seconds(60)...(.seconds(60)))
    #expect(throws: BusError.portNotFound) { try adapter.probe(0x20) }
    // Now there is something, though no adapter; nobody looks.
    try Data().write(to: URL(filePath: path))
    #expect(throws: BusError.portNotFound) { try adapter.probe(0x20) }
  }
}
