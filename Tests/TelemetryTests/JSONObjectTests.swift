import Foundation
import Telemetry
import Testing

struct JSONObjectTests {
  @Test func `an object is JSON whatever is in it`() throws {
    var json = JSONObject()
    json.member("text", "a\"\\\n\u{1}ä")
    json.member("number", Int64.min)
    json.member("none", nil as Int64?)
    json.member("flag", true)
    json.member("object", json: JSONObject().closed)
    let value = try JSONSerialization.jsonObject(with: Data(json.line())) as? [String: Any]
    #expect(value?["text"] as? String == "a\"\\\n\u{1}ä")
    #expect(value?["number"] as? Int64 == .min && value?["none"] is NSNull)
    #expect(value?["flag"] as? Bool == true && json.line().last == 0x0A)
  }
}
