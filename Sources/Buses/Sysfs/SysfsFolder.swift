public import Drivers
internal import System

/// The files of the kernel's drivers, below a folder that is /sys, but in tests.
public struct SysfsFolder: SysfsTree {
  private let root: String

  /// A file of a driver has a page at most (Linux, Documentation/filesystems/sysfs.rst); one that
  /// has no end is no driver's.
  private static let bytesMax = 4_096
  /// As many devices of a kind no machine has.
  private static let namesMax = 1_024

  /// The files below a folder.
  public init(_ root: String) {
    self.root = root
  }

  /// The names in a folder (readdir(3)).
  public func names(in folder: String) throws(SysfsError) -> [String] {
    do throws(Errno) {
      return try Files.names(in: "\(root)/\(folder)", limit: SysfsFolder.namesMax)
    } catch {
      throw SysfsError(error)
    }
  }

  /// What is in a file, up to a page of it (read(2)).
  public func read(_ file: String) throws(SysfsError) -> [UInt8] {
    do throws(Errno) {
      return try Files.read("\(root)/\(file)", limit: SysfsFolder.bytesMax)
    } catch {
      throw SysfsError(error)
    }
  }

  /// The last part of what a link leads to (readlink(2)).
  public func target(ofLink path: String) throws(SysfsError) -> String {
    do throws(Errno) {
      let target = try Files.linkTarget("\(root)/\(path)")
      let parts = target.utf8.split(separator: UInt8(ascii: "/"))
      return parts.last.map { String(decoding: $0, as: UTF8.self) } ?? ""
    } catch {
      throw SysfsError(error)
    }
  }
}

extension SysfsError {
  fileprivate init(_ error: Errno) {
    switch error {
    // A device that was taken out: its files are still open, or its folder is just going.
    case .noSuchFile, .noSuchDevice, .noSuchAddress: self = .notFound
    case .accessDenied: self = .permissionDenied
    case .fileTooLarge: self = .malformed
    // What drivers say of a sensor that is switched off or has no reading yet.
    case .noData, .wouldBlock: self = .notAvailable
    case .timedOut: self = .timeout
    default: self = .system(error.rawValue)
    }
  }
}
