import Foundation
import Status
import TestSupport
import Testing

@testable import Pipeline

struct StartMarkTests {
  @Test(arguments: [
    ("", GatewayStatus.StartReason.first), ("garbage", .first), ("running", .first),
    ("running a b", .first), ("running 1\n", .crash), ("running 2\n", .powerLoss),
    ("stopped 1\n", .restart), ("stopped 2\n", .boot),
  ])
  func `what a run has left tells how it ended`(left: String, reason: GatewayStatus.StartReason) {
    #expect(StartMark.reason(left: Array(left.utf8), bootID: "1") == reason)
  }

  @Test func `the mark is kept from one start to the next`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "mark-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let mark = StartMark(directory: folder.path)
    #expect(mark.begin() == .first)
    #expect(StartMark(directory: folder.path).begin() == .crash)
    mark.end()
    #expect(StartMark(directory: folder.path).begin() == .restart)
  }
}
