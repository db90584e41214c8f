internal import COpenSSL
internal import System

/// What OpenSSL has left in this thread's error queue about the call that failed (ERR_get_error(3)).
///
/// The queue belongs to the thread, so whoever calls OpenSSL clears it before and takes it after the
/// call, with nothing in between.
struct OpenSSLErrors {
  /// One error; the first of a queue is the deepest.
  struct Entry {
    let library: Int32
    let reason: Int32
    let text: String
  }

  let entries: [Entry]

  /// OpenSSL keeps this many at most (ERR_NUM_ERRORS).
  private static let entriesMax = 16

  /// Forgets what earlier calls have left.
  static func clear() {
    ERR_clear_error()
  }

  /// Takes everything out of the queue.
  static func drain() -> OpenSSLErrors {
    var entries: [Entry] = []
    while entries.count < entriesMax {
      var data: UnsafePointer<CChar>?
      var flags: Int32 = 0
      let code = ERR_get_error_all(nil, nil, nil, &data, &flags)
      if code == 0 { break }
      var text = ERR_reason_error_string(code).map { String(cString: $0) } ?? "error \(code)"
      if flags & ERR_TXT_STRING != 0, let data, data.pointee != 0 {
        text += " (" + String(cString: data) + ")"
      }
      entries.append(
        Entry(library: ERR_GET_LIB(code), reason: ERR_GET_REASON(code), text: text))
    }
    ERR_clear_error()
    return OpenSSLErrors(entries: entries)
  }

  func contains(library: Int32, reason: Int32) -> Bool {
    entries.contains { $0.library == library && $0.reason == reason }
  }

  /// The error of the operating system among them.
  var errno: Errno? {
    entries.first { $0.library == ERR_LIB_SYS }.map { Errno($0.reason) }
  }

  /// The alert that came from the other end.
  var alert: TLSAlert? {
    let alerts = copenssl_alert_reasons...copenssl_alert_reasons + 255
    return entries.first { $0.library == ERR_LIB_SSL && alerts.contains($0.reason) }
      .map { TLSAlert(code: UInt8(truncatingIfNeeded: $0.reason - copenssl_alert_reasons)) }
  }

  /// What is wrong at the bottom, in OpenSSL's words.
  var text: String { entries.first?.text ?? "no reason given" }
}
