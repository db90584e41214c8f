import Foundation
import Glibc
import TestSupport
import Testing

/// `godwit pub` and `godwit sub` against Debian's mosquitto and its own tools.
struct ToolsTests {
  @Test(arguments: ["-q 0", "-q 1", "-q 2", "-q 1 -V 311", "-q 2 -V 5 -r"])
  func `mosquitto_sub gets what pub sends, byte for byte`(options: String) async throws {
    let bench = try await ToolBench()
    let listener = try await bench.subscribe(
      "mosquitto_sub -p $P -i them -q 2 -t a/b -C 3 -F '%q %r %x'", until: "them 2 a/b")
    let sent = try await bench.run(
      """
      pub -p $P -t a/b \(options) -m 'h\u{E4}' &&
      printf 'a\\000\\377\\n' | pub -p $P -t a/b \(options) -s &&
      pub -p $P -t a/b \(options) -n
      """)
    #expect(sent.status == 0 && sent.output == "")
    #expect(try await listener.waitForEnd(within: .seconds(10)) == 0)
    let qos = options.dropFirst(3).prefix(1)
    #expect(listener.output == "\(qos) 0 68c3a4\n\(qos) 0 6100ff0a\n\(qos) 0 \n")
  }

  @Test(arguments: ["-V 5", "-V 311", ""])
  func `sub writes what mosquitto_pub sends, byte for byte`(version: String) async throws {
    let bench = try await ToolBench()
    let listener = try await bench.subscribe(
      "sub -p $P -i us -q 2 -t 'a/#' -T a/no -C 3 -N -v \(version)", until: "us 2 a/#")
    let sent = try await bench.run(
      """
      printf 'a\\000\\377\\n' | mosquitto_pub -p $P -t a/b -s -q 2
      mosquitto_pub -p $P -t a/no -m no
      mosquitto_pub -p $P -t a -n -q 1
      mosquitto_pub -p $P -t a/c -m x
      """)
    #expect(sent.status == 0)
    #expect(try await listener.waitForEnd(within: .seconds(10)) == 0)
    #expect(listener.outputBytes == Data("a/b a\0".utf8) + [0xFF] + Data("\na a/c x".utf8))
  }

  @Test func `properties go there and back`() async throws {
    let bench = try await ToolBench()
    let listener = try await bench.subscribe(
      "sub -p $P -i us -q 1 -t t -C 1 -F '%C %D %E %F %P %R %S %j' "
        + "-D subscribe subscription-identifier 5", until: "us 1 t")
    _ = try await bench.run(
      """
      pub -p $P -t t -m hi -q 1 -D publish content-type text/plain -D publish correlation-data c1 \
        -D publish message-expiry-interval 77 -D PUBLISH payload-format-indicator 1 \
        -D publish response-topic r/t -D publish user-property k v -D publish topic-alias 3
      """)
    #expect(try await listener.waitForEnd(within: .seconds(10)) == 0)
    #expect(
      listener.output.hasPrefix("text/plain c1 77 1 k:v r/t 5 {\"tst\":"), "\(listener.output)")
    let json = listener.output.drop { $0 != "{" }
    let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
    #expect(object?["payload"] as? String == "hi" && object?["qos"] as? Int == 1)
    let properties = object?["properties"] as? [String: Any]
    #expect(properties?["content-type"] as? String == "text/plain")
    #expect(properties?["user-properties"] as? [String: String] == ["k": "v"])
  }

  @Test(arguments: [(0, "mosquitto_sub -p $P"), (1, "mosquitto_sub -p $P"), (2, "sub -p $P")])
  func `of 100,000 lines none is lost, and they stay in order`(
    qos: Int, subscriber: String
  ) async throws {
    let bench = try await ToolBench()
    let count = qos == 2 ? 20_000 : 100_000
    let listener = try await bench.subscribe(
      "\(subscriber) -i them -t l -q \(qos) -C \(count) > got", until: "them \(qos) l")
    let sent = try await bench.run("seq 1 \(count) > lines; pub -p $P -t l -l -q \(qos) < lines")
    #expect(sent.status == 0 && sent.output == "")
    #expect(try await listener.waitForEnd(within: .seconds(60)) == 0)
    #expect(try await bench.run("cmp lines got").output == "")
  }

  @Test func `lines may be empty, hold any byte, and the last needs no end`() async throws {
    let bench = try await ToolBench()
    let listener = try await bench.subscribe(
      "mosquitto_sub -p $P -i them -t l -q 1 -C 5 -F '[%x]'", until: "them 1 l")
    _ = try await bench.run("printf 'a\\n\\nb\\r\\nc\\000d\\nlast' | pub -p $P -t l -l -q 1")
    #expect(try await listener.waitForEnd(within: .seconds(10)) == 0)
    #expect(listener.output == "[61]\n[]\n[620d]\n[630064]\n[6c617374]\n")
  }

  @Test func `a line that is too long is told, and those before it are sent`() async throws {
    let bench = try await ToolBench()
    let listener = try await bench.subscribe("mosquitto_sub -p $P -i them -t l -C 1", until: "them")
    let sent = try await bench.run(
      "{ echo first; head -c 1048577 /dev/zero; } | pub -p $P -t l -l -q 1")
    #expect(sent.status == 1)
    #expect(sent.output.contains("lines of standard input of at most 1048576 bytes"))
    #expect(try await listener.waitForEnd(within: .seconds(10)) == 0)
    #expect(listener.output == "first\n")
  }

  @Test func `the broker goes while -l runs, comes back, and no line is missing`() async throws {
    let bench = try await ToolBench()
    let listener = try await bench.subscribe(
      "mosquitto_sub -p $P -i them -c -q 1 -t l > got", until: "them 1 l")
    let publisher = try bench.start(
      "for i in $(seq 1 300); do echo line $i; sleep 0.01; done | pub -p $P -t l -l -q 1")
    func got() -> Set<Substring> {
      let text = try? String(contentsOfFile: bench.workplace.path("got"), encoding: .utf8)
      return Set((text ?? "").split(separator: "\n"))
    }
    #expect(try await eventually { got().count > 30 })
    try await bench.broker.stop()
    #expect(
      try await eventually { publisher.output.contains("the next attempt is in") },
      "\(publisher.output)")
    try await bench.broker.start()
    #expect(try await publisher.waitForEnd(within: .seconds(30)) == 0, "\(publisher.output)")
    #expect(
      try await eventually { got() == Set((1...300).map { "line \($0)" }) }, "\(got().count)")
    withExtendedLifetime(listener) {}
  }

  @Test func `a single message is not tried again, as with mosquitto_pub`() async throws {
    let bench = try await ToolBench()
    try await bench.broker.stop()
    let none = try await bench.run("pub -p $P -t t -m x; echo $?; sub -p $P -t t; echo $?")
    #expect(none.output.split(separator: "\n").filter { $0 == "1" }.count == 2, "\(none.output)")
    #expect(none.output.contains("Connection refused"))
  }

  @Test func `sub comes back after the broker, and misses nothing with -c`() async throws {
    let bench = try await ToolBench()
    let listener = try await bench.subscribe(
      "sub -p $P -i us -c -q 1 -t t -C 2", until: "us 1 t")
    _ = try await bench.run("pub -p $P -t t -m one -q 1")
    #expect(try await eventually { listener.output.contains("one") })
    try await bench.broker.stop()
    try await bench.broker.start()
    _ = try await bench.run("pub -p $P -t t -m two -q 1")
    #expect(try await listener.waitForEnd(within: .seconds(20)) == 0)
    #expect(listener.output.contains("\ntwo\n"), "\(listener.output)")
  }

  @Test func `a session waits for its messages`() async throws {
    let bench = try await ToolBench()
    let result = try await bench.run(
      """
      sub -p $P -i us -c -q 1 -t t -E; echo $?
      pub -p $P -t t -m kept -q 1
      sub -p $P -i us -c -q 1 -t t -C 1; echo $?
      sub -p $P -i us -c -q 1 -U t -E; echo $?
      pub -p $P -t t -m lost -q 1
      sub -p $P -i us -c -q 1 -t other -W 1; echo $?
      """)
    #expect(
      result.output == "0\nkept\n0\n0\ngodwit sub: timed out\n27\n", "\(result.output)")
  }

  @Test func `what is retained`() async throws {
    let bench = try await ToolBench()
    let result = try await bench.run(
      """
      pub -p $P -t r/1 -m one -r -q 1; pub -p $P -t r/2 -m two -r -q 1
      sub -p $P -t 'r/#' -v -C 2
      sub -p $P -t 'r/#' -R -W 1 --quiet; echo $?
      sub -p $P -t 'r/#' -R -W 1 --quiet -V 311; echo $?
      pub -p $P -t r/1 -n -r -q 1
      sub -p $P -t 'r/#' -v --retained-only -W 1 --quiet; echo $?
      (sleep 0.3; pub -p $P -t r/1 -m fresh) & sub -p $P -t 'r/#' -v --retained-only; echo $?
      """)
    #expect(result.output == "r/1 one\nr/2 two\n27\n27\nr/2 two\n27\nr/2 two\n0\n")
  }

  @Test func `the will is published when pub or sub is killed, and not when it ends`() async throws
  {
    let bench = try await ToolBench()
    let listener = try await bench.subscribe(
      "mosquitto_sub -p $P -i them -t gone -C 1 -v", until: "them 0 gone")
    let victim = try await bench.subscribe(
      "exec '\(Workplace.godwit)' sub -p $P -i us -t x --will-topic gone --will-payload bye",
      until: "us 0 x")
    victim.signal(SIGTERM)
    #expect(try await victim.waitForEnd(within: .seconds(5)) == 0)
    let second = try await bench.subscribe(
      "exec '\(Workplace.godwit)' sub -p $P -i us2 -t x --will-topic gone --will-payload killed",
      until: "us2 0 x")
    second.killHard()
    #expect(try await listener.waitForEnd(within: .seconds(10)) == 0)
    #expect(listener.output == "gone killed\n")
  }

  @Test func `a refusal is told, and the password is not`() async throws {
    let bench = try await ToolBench(
      more: "allow_anonymous false\npassword_file passwords",
      prepare: "mosquitto_passwd -c -b passwords barn sesame")
    let result = try await bench.run(
      """
      printf 'sesame\\n' > secret
      for who in pub sub; do
        case $who in pub) more="-m x" ;; *) more=-E ;; esac
        $who -p $P -t t -u barn -P guess $more; echo $?
        $who -p $P -t t -u barn -P guess -V 311 $more; echo $?
        $who -p $P -t t $more --quiet; echo $?
        $who -p $P -t t -u barn -P sesame $more; echo $?
        $who -p $P -t t -u barn --pw-file secret $more; echo $?
        $who -L mqtt://barn:sesame@127.0.0.1:$P/t $more; echo $?
      done
      """)
    let words = "the broker refused the connection: not authorized"
    func each(_ name: String) -> String {
      "godwit \(name): \(words)\n135\ngodwit \(name): \(words)\n5\n135\n0\n0\n0\n"
    }
    #expect(result.output == each("pub") + each("sub"))
    #expect(!result.output.contains("guess") && !result.output.contains("sesame"))
  }

  @Test func `a broker that does not allow it is told of, and the status says why`() async throws {
    let bench = try await ToolBench(
      more: "acl_file acl", prepare: "echo 'topic readwrite ok/#' > acl")
    let result = try await bench.run(
      "pub -p $P -t no/x -m x -q 1; echo $?; pub -p $P -t ok/x -m x -q 2; echo $?")
    #expect(result.output == "godwit pub: message 1 was not published: not authorized\n135\n0\n")
  }

  @Test func `signals end it in order`() async throws {
    let bench = try await ToolBench()
    for (number, signal) in [SIGTERM, SIGINT, SIGHUP].enumerated() {
      let victim = try await bench.subscribe(
        "exec '\(Workplace.godwit)' sub -p $P -i us\(number) -t x", until: "us\(number) 0 x")
      victim.signal(signal)
      #expect(try await victim.waitForEnd(within: .seconds(5)) == 0)
      #expect(victim.output == "")
    }
    // Standard input stays open, so only the signal can end it.
    let publisher = try await bench.run(
      """
      mkfifo lines; exec 3<>lines; echo first >&3
      '\(Workplace.godwit)' pub -p $P -t x -l -q 1 <&3 & sleep 0.5; kill $!; wait $!; echo $?
      """)
    #expect(publisher.output == "0\n")
  }

  @Test func `a reader that has had enough ends it quietly`() async throws {
    let bench = try await ToolBench()
    let listener = try await bench.subscribe(
      "{ sub -p $P -i us -t x; echo status $? >&2; } | head -n 1", until: "us 0 x")
    for _ in 0..<3 { _ = try await bench.run("pub -p $P -t x -m hi -q 1") }
    #expect(try await eventually { listener.output.contains("status") })
    #expect(listener.output == "hi\nstatus 0\n")
  }

  @Test func `-d tells the packets on standard error`() async throws {
    let bench = try await ToolBench()
    let result = try await bench.run("pub -p $P -i us -t x -m hi -q 1 -d 2>&1 >/dev/null")
    #expect(
      result.output == """
        Client us sending CONNECT
        Client us received CONNACK (0)
        Client us sending PUBLISH (d0, q1, r0, m1, 'x', ... (2 bytes))
        Client us received PUBACK (m1)
        Client us sending DISCONNECT

        """)
  }

  @Test func `repetition`() async throws {
    let bench = try await ToolBench()
    let listener = try await bench.subscribe("sub -p $P -i us -t x -C 3 -F %p", until: "us 0 x")
    let start = ContinuousClock.now
    let result = try await bench.run("pub -p $P -t x -m hi --repeat 3 --repeat-delay 0.2")
    #expect(result.status == 0 && ContinuousClock.now - start >= .milliseconds(400))
    #expect(try await listener.waitForEnd(within: .seconds(5)) == 0)
    #expect(listener.output == "hi\nhi\nhi\n")
  }

  @Test(
    arguments: [
      "pub -t t", "pub -m x", "pub -t t -m x --nope", "pub -t 'a/#' -m x", "pub -t t -f /nope",
      "pub -t t -m x -V mqttv31", "pub -t t -s", "sub", "sub -t 'a/#/b'", "sub -t t -F %Z",
      "sub -t t word", "sub -t t -C", "pub -t t -n --cafile /nope", "pub -t t -n --ws-path 'a b'",
    ])
  func `a mistake is told in one line, and nothing is connected to`(command: String) async throws {
    let workplace = try Workplace()
    let process = try workplace.start(
      "/bin/sh", ["-c", "exec '\(Workplace.godwit)' \(command) -p 1 </dev/null"])
    #expect(try await process.waitForEnd(within: .seconds(10)) == 1)
    let name = command.prefix(3)
    #expect(process.output.hasPrefix("godwit \(name): "), "\(process.output)")
    #expect(process.output.filter { $0 == "\n" }.count == 1, "\(process.output)")
    #expect(!process.output.contains("Connection refused"))
  }

  @Test(arguments: ["pub", "sub"])
  func `help tells every option`(name: String) async throws {
    let workplace = try Workplace()
    let process = try workplace.start(Workplace.godwit, [name, "--help"])
    #expect(try await process.waitForEnd(within: .seconds(5)) == 0)
    for word in ["-h,", "--will-topic", "--psk", "--ws-path", "--proxy", "--help"] {
      #expect(process.output.contains(word))
    }
  }
}
